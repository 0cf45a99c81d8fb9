"""A contract's rules as a Great Expectations suite."""

from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metadata_types import FailureSeverity
from great_expectations.expectations.row_conditions import Column

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import environment_of
from irm_core.contracts.problems import at
from irm_core.contracts.rules import Rule
from irm_core.errors import ContractError
from irm_core.validation.broken_rows import ExpectBrokenRowsToBeBetween

OWN_EXPECTATIONS = (ExpectBrokenRowsToBeBetween,)
"""Defining them has told Great Expectations of them; contracts use them by their type."""

RULE = "rule"
"""Key of the meta data that names the rule of an expectation."""


def suite(contract: Contract) -> ExpectationSuite:
    """One expectation per rule, which is about one environment at most.

    Raises ContractError where Great Expectations reads an argument otherwise.
    """
    configurations = [_configuration(rule) for rule in contract.rules]
    made = ExpectationSuite(contract.name, expectations=configurations)
    for rule, expectation in zip(contract.rules, made.expectations, strict=True):
        for key, value in rule.arguments.items():
            understood = getattr(expectation, key)
            if understood != value:
                told = f"Great Expectations reads {key!r} of {rule.name!r} as {understood!r}."
                raise ContractError(at(contract.path, rule.line, told))
    return made


def _configuration(rule: Rule) -> ExpectationConfiguration:
    kwargs = dict(rule.arguments)
    if rule.within is not None:
        (environment,) = rule.within.named
        kwargs["row_condition"] = Column(environment_of(rule.within.split_name)) == environment
    severity = FailureSeverity.CRITICAL if rule.severity == "error" else FailureSeverity.WARNING
    return ExpectationConfiguration(
        type=rule.expectation, kwargs=kwargs, meta={RULE: rule.name}, severity=severity
    )
