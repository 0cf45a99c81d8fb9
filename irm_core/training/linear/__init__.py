"""Linear models with squared loss, trained on sums of products of the columns: rows are read once.

Risk and slope of a linear model in an environment are quadratic in its weights, with coefficients XᵀX, Xᵀy,
yᵀy and n of that environment. A step then costs the same for a thousand rows and for a billion, and a
thousand candidates are one small matrix product.
"""
