-- Once, as PostgreSQL's administrator: psql -f databases.sql. An account and a database for each server.
CREATE ROLE prefect LOGIN PASSWORD 'CHANGE-ME-PREFECT-DATABASE';
CREATE DATABASE prefect OWNER prefect;
CREATE ROLE mlflow LOGIN PASSWORD 'CHANGE-ME-MLFLOW-DATABASE';
CREATE DATABASE mlflow OWNER mlflow;
CREATE DATABASE mlflow_auth OWNER mlflow;
