/* lakewarden-kafka: does one job with Kafka and ends. Started by lakewarden, never by hand; tools/kafka/worker.h says what a
   job and its result are. Exit status 0 when a result was written, whatever it says. */
#include "base/json.h"
#include "base/own.h"
#include "kafka/crash.h"
#include "kafka/inspect.h"
#include "kafka/parent.h"
#include "kafka/replay.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static int complain(const struct err *e)
{
    fprintf(stderr, "lakewarden-kafka: %s\n", e->text);
    return 2;
}

static void refuse_job(const struct err *e)
{
    struct fault f = {0};
    fault_refuse(&f, "job", "%s", e->text);
    parent_tell_result(json_object(), &f);
}

int main(int argc, char **argv)
{
    (void)argv;
    struct err e = {0};
    if (argc > 1) {
        err_set(&e, ERR_INVALID, "takes no arguments: it is started by lakewarden");
        return complain(&e);
    }
    signal(SIGPIPE, SIG_IGN);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0}); /* a dump would hold the job's secrets */
    json_setup();
    auto_buf struct buf line = BUF_INIT(JOB_LINE_MAX);
    if (parent_read_job(&line, &e))
        return complain(&e);
    struct job job;
    int refused = job_read(&job, line.data, line.len, &e);
    explicit_bzero(line.data, line.len);
    if (refused) {
        refuse_job(&e);
        return 0;
    }
    crash_plan(job.crash_file);
    if (job.replays)
        replay_run(&job);
    else
        inspect_run(&job);
    job_done(&job);
    return 0;
}
