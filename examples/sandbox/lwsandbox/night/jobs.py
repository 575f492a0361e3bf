"""The Glue jobs of the account and every run up to the morning after."""
import datetime as dt
import hashlib
import random

JOB, HEALTHY, RUNNING = "nightly-orders-load", "hourly-customers-sync", "clickstream-compact"
PREVIOUS_NIGHTS = 20
FIRST_SECONDS, SECOND_SECONDS = 161, 872
ROLE = "arn:aws:iam::123456789012:role/acme-glue-etl"
PASSWORD = "Wint3r-Sun!9"  # a secret of the night: it must never leave a tool


def run_id(job, started):
    """Stable within a night, shaped like Glue's."""
    return "jr_" + hashlib.sha256(f"{job} {started.isoformat()}".encode()).hexdigest()


def seed(night, glue):
    """-> facts other parts of the night need: the ids and times of the two failed runs and of the running one."""
    _add_jobs(night, glue)
    _healthy_runs(night, glue)
    dice = random.Random(11)
    for days_ago in range(PREVIOUS_NIGHTS, 0, -1):
        started = night.at(2, 5, dice.uniform(0, 9), days_ago)
        glue.add_run(JOB, run_id(JOB, started), "SUCCEEDED", started, dice.randint(640, 720),
                     Arguments={"--dt": night.dt(days_ago)})
    first, second = night.at(2, 5, 4.217), night.at(3, 5, 12.088)
    path = f"s3://acme-lake-raw/orders/dt={night.dt()}"
    glue.add_run(JOB, run_id(JOB, first), "FAILED", first, FIRST_SECONDS,
                 Arguments={"--dt": night.dt()}, ErrorMessage=f"AnalysisException: Path does not exist: {path}")
    glue.add_run(JOB, run_id(JOB, second), "FAILED", second, SECOND_SECONDS,
                 Arguments={"--dt": night.dt()}, ErrorMessage=(
                     "An error occurred while calling o142.parquet. Job aborted due to stage failure: Task 131 in "
                     "stage 3.0 failed 4 times, most recent failure: Lost task 131.3 in stage 3.0 (TID 388) "
                     "(172.31.44.18 executor 7): com.amazonaws.services.s3.model.AmazonS3Exception: Please reduce "
                     "your request rate. (Service: Amazon S3; Status Code: 503; Error Code: SlowDown; Request ID: "
                     "7Q4ZC1V9M2D0KX3T; S3 Extended Request ID: sandbox/7Q4ZC1V9=; Proxy: null)"))
    going = night.now - dt.timedelta(minutes=25)
    glue.add_run(RUNNING, run_id(RUNNING, going), "RUNNING", going, Arguments={"--hours": "6"})
    return {"first": run_id(JOB, first), "first_at": first, "second": run_id(JOB, second), "second_at": second,
            "running": run_id(RUNNING, going), "running_at": going}


def _add_jobs(night, glue):
    common = {"Role": ROLE, "GlueVersion": "4.0", "WorkerType": "G.1X", "CreatedOn": night.at(9, 14, days_ago=214)}
    logs = {"--enable-continuous-cloudwatch-log": "true", "--enable-metrics": "true", "--job-language": "python"}
    glue.add_job(JOB, Description="Loads the orders of a day from raw into curated.", NumberOfWorkers=10, Timeout=60,
                 Command=_command(JOB), DefaultArguments={
                     **logs, "--job-bookmark-option": "job-bookmark-disable", "--enable-glue-datacatalog": "true",
                     "--TempDir": "s3://acme-lake-curated/tmp/", "--source": "s3://acme-lake-raw/orders/",
                     "--target": "s3://acme-lake-curated/orders/", "--db_user": "loader",
                     "--db_password": PASSWORD}, **common)
    glue.add_job(HEALTHY, Description="Takes new customers over every hour.", NumberOfWorkers=2, Timeout=30,
                 Command=_command(HEALTHY), DefaultArguments={
                     **logs, "--job-bookmark-option": "job-bookmark-enable"}, **common)
    glue.add_job(RUNNING, Description="Merges small click files.", NumberOfWorkers=5, Timeout=240,
                 Command=_command(RUNNING), DefaultArguments={
                     **logs, "--job-bookmark-option": "job-bookmark-disable"}, **common)


def _command(job):
    return {"Name": "glueetl", "PythonVersion": "3",
            "ScriptLocation": f"s3://acme-lake-curated/scripts/{job.replace('-', '_')}.py"}


def _healthy_runs(night, glue):
    """Twelve good hours up to now, and the bookmark they left."""
    last = night.now.replace(minute=10, second=3, microsecond=0)
    last -= dt.timedelta(hours=1) if last > night.now - dt.timedelta(minutes=5) else dt.timedelta()
    starts = [last - dt.timedelta(hours=n) for n in reversed(range(12))]
    for n, started in enumerate(starts):
        glue.add_run(HEALTHY, run_id(HEALTHY, started), "SUCCEEDED", started, 96 + n * 5 % 17)
    glue.bookmarks[HEALTHY] = {
        "JobName": HEALTHY, "Version": 1412, "Run": 1411, "Attempt": 0, "RunId": run_id(HEALTHY, starts[-1]),
        "PreviousRunId": run_id(HEALTHY, starts[-2]), "JobBookmark":
        '{"customers":{"jsonClass":"HadoopDataSourceJobBookmarkState","timestamps":{"RUN":"1411"}}}'}
