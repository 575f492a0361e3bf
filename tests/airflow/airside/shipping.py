"""Logging of Airflow 2: every line of a task also goes to CloudWatch, formatted, as MWAA ships it.

Amazon's open-source handler sends the bare message without time and level; the one of MWAA does not. Airflow 3 needs
none of this: there the handler of Amazon's provider sends what MWAA sends."""
import copy
import os
from pathlib import Path

import boto3
from airflow.config_templates.airflow_local_settings import DEFAULT_LOGGING_CONFIG
from airflow.utils.log.file_task_handler import FileTaskHandler
from botocore.exceptions import ClientError

GROUP = os.environ["SHIPPING_GROUP"]


class ShippingHandler(FileTaskHandler):
    """One PutLogEvents a line: slow, and nothing is lost when the task is killed."""

    def __init__(self, base_log_folder):
        super().__init__(base_log_folder)
        self._client, self._owner, self._stream = None, None, None

    def client(self):
        """One for each process: the runner logs a few lines between its fork and the task's own set_context."""
        if self._owner != os.getpid():
            self._client, self._owner = boto3.session.Session().client("logs"), os.getpid()
        return self._client

    def set_context(self, ti, *, identifier=None):
        out = super().set_context(ti, identifier=identifier)
        path = Path(self.handler.baseFilename).relative_to(self.local_base)
        self._stream = path.as_posix().replace(":", "_")
        try:
            self.client().create_log_stream(logGroupName=GROUP, logStreamName=self._stream)
        except ClientError as problem:
            if problem.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                raise
        return out

    def emit(self, record):
        super().emit(record)
        if not self._stream or record.name.startswith(("botocore", "boto3", "urllib3")):
            return
        try:
            self.client().put_log_events(logGroupName=GROUP, logStreamName=self._stream, logEvents=[
                {"timestamp": int(record.created * 1000), "message": self.format(record)}])
        except Exception:
            self.handleError(record)  # a log that cannot be shipped must not end the task


CONFIG = copy.deepcopy(DEFAULT_LOGGING_CONFIG)
CONFIG["handlers"]["task"]["class"] = "shipping.ShippingHandler"
