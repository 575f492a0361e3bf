"""A DAG for Airflow that cannot be imported."""
import a_module_nobody_installed  # the failure this file is for
from operators import DAG, PythonOperator

with DAG("refunds_daily", schedule=None):
    PythonOperator(task_id="load", python_callable=a_module_nobody_installed.load)
