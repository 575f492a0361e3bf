#include "kafka/handle.h"

#include "base/clock.h"
#include "base/own.h"
#include "base/text.h"
#include "kafka/parent.h"

#include <stdio.h>
#include <string.h>

#define SLICE_FIRST_MS 200
#define SLICE_MAX_MS 5000
#define PAUSE_MS 50
#define REFUSED_AFTER_MS 3500 /* just longer than socket.connection.setup.timeout.ms */

/* For both kinds of handle. A child does one small job: it needs no big queues. */
static const struct handle_setting common[] = {
    {"client.id", "lakewarden"},
    {"socket.nagle.disable", "true"},
    {"socket.keepalive.enable", "true"},
    {"socket.connection.setup.timeout.ms", "3000"},
    {"socket.timeout.ms", "10000"},
    {"reconnect.backoff.ms", "50"},
    {"reconnect.backoff.max.ms", "1000"},
    {"log.connection.close", "false"},
    {"allow.auto.create.topics", "false"},
};

/* Served by rd_kafka_poll, that is on the worker's own thread. */
static void on_error(rd_kafka_t *rk, int code, const char *reason, void *opaque)
{
    (void)rk;
    struct handle *h = opaque;
    if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
        h->all_down = true;
        return;
    }
    snprintf(h->trouble, sizeof h->trouble, "%s", reason);
    if (h->connected)
        return; /* a TLS error is then a connection that broke */
    if (code == RD_KAFKA_RESP_ERR__AUTHENTICATION || code == RD_KAFKA_RESP_ERR__SSL)
        h->door = code;
    else if (strstr(reason, "SSL alert"))
        h->door = RD_KAFKA_RESP_ERR__SSL; /* with TLS 1.3 a client's certificate is refused after the handshake */
}

static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
    (void)rk;
    struct handle *h = opaque;
    /* Purged: it failed because another did. */
    bool consequence = message->err == RD_KAFKA_RESP_ERR__PURGE_QUEUE || message->err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
    if (message->err && !consequence && !h->undelivered)
        h->undelivered = message->err;
}

/* What is worth saying comes through on_error; stdout and stderr belong to us. */
static void on_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
    (void)rk, (void)level, (void)facility, (void)text;
}

/* Runs on librdkafka's own thread and reads only what never changes. The parent's token outlives the job, so there is
   nothing to refresh: when librdkafka asks again before its end, it gets the same. */
static void on_token_wanted(rd_kafka_t *rk, const char *ignored, void *opaque)
{
    (void)ignored;
    const struct handle *h = opaque;
    const struct job_security *s = &h->job->security;
    char why[256];
    if (rd_kafka_oauthbearer_set_token(rk, s->token, s->token_expires_wall_ms, "lakewarden", NULL, 0, why, sizeof why))
        rd_kafka_oauthbearer_set_token_failure(rk, why);
}

static int apply(rd_kafka_conf_t *conf, const char *name, const char *value, struct fault *f)
{
    char why[256];
    if (!value || rd_kafka_conf_set(conf, name, value, why, sizeof why) == RD_KAFKA_CONF_OK)
        return 0;
    return fault_refuse(f, "connect", "%s", why);
}

static int apply_security(rd_kafka_conf_t *conf, const struct job_security *s, struct fault *f)
{
    bool iam = s->token != NULL;
    const struct handle_setting settings[] = {
        {"security.protocol", s->protocol},
        {"sasl.mechanisms", iam ? "OAUTHBEARER" : s->mechanism},
        {"sasl.username", s->user},
        {"sasl.password", s->password},
        {"ssl.ca.location", s->ca_file},
        {"ssl.certificate.location", s->certificate_file},
        {"ssl.key.location", s->key_file},
        {"ssl.endpoint.identification.algorithm", text_ends(s->protocol, "SSL") ? "https" : NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(settings); i++)
        if (apply(conf, settings[i].name, settings[i].value, f))
            return -1;
    if (iam) {
        rd_kafka_conf_set_oauthbearer_token_refresh_cb(conf, on_token_wanted);
        rd_kafka_conf_enable_sasl_queue(conf, 1);
    }
    return 0;
}

static int apply_all(rd_kafka_conf_t *conf, const struct job *job, const struct handle_setting *settings, size_t n,
                     struct fault *f)
{
    if (apply(conf, "bootstrap.servers", job->bootstrap, f) || apply_security(conf, &job->security, f))
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(common); i++)
        if (apply(conf, common[i].name, common[i].value, f))
            return -1;
    for (size_t i = 0; i < n; i++)
        if (apply(conf, settings[i].name, settings[i].value, f))
            return -1;
    return 0;
}

int handle_open(struct handle *h, const struct job *job, rd_kafka_type_t type, const struct handle_setting *settings, size_t n,
                struct fault *f)
{
    *h = (struct handle){.job = job, .consumes = type == RD_KAFKA_CONSUMER};
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_opaque(conf, h);
    rd_kafka_conf_set_error_cb(conf, on_error);
    rd_kafka_conf_set_log_cb(conf, on_log);
    if (type == RD_KAFKA_PRODUCER)
        rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    char why[256];
    if (apply_all(conf, job, settings, n, f)) {
        rd_kafka_conf_destroy(conf);
        return -1;
    }
    h->rk = rd_kafka_new(type, conf, why, sizeof why); /* takes conf over unless it fails */
    if (!h->rk) {
        rd_kafka_conf_destroy(conf);
        return fault_refuse(f, "connect", "%s", why);
    }
    if (job->security.token) {
        rd_kafka_error_t *error = rd_kafka_sasl_background_callbacks_enable(h->rk);
        if (error)
            return fault_take(f, "connect", error);
    }
    return 0;
}

void handle_close(struct handle *h)
{
    if (h->rk)
        rd_kafka_destroy_flags(h->rk, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    h->rk = NULL;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void cut_slice(struct patience *p)
{
    int64_t left = p->until_mono_ms - clock_mono_ms();
    p->slice_ms = (int)earlier(p->slice_ms, left > 1 ? left : 1);
}

struct patience patience_start(struct handle *h, const char *phase, int64_t most_ms)
{
    int64_t now = clock_mono_ms();
    struct patience p = {
        .h = h,
        .phase = phase,
        .begun_mono_ms = now,
        .until_mono_ms = earlier(now + most_ms, h->job->deadline_mono_ms),
        .slice_ms = SLICE_FIRST_MS,
    };
    cut_slice(&p);
    return p;
}

/* librdkafka before 2.6.1 repeats its nonce in SCRAM's last message; brokers from 4.0 on look. */
static const char *hint(const struct handle *h)
{
    bool scram = h->job->security.mechanism && text_starts(h->job->security.mechanism, "SCRAM");
    return scram && rd_kafka_version() < 0x020601ff
               ? " (Kafka 4 brokers refuse SCRAM from this version of librdkafka even with the right password: use IAM or mTLS)"
               : "";
}

static int no_way_in(struct patience *p, struct fault *f)
{
    struct handle *h = p->h;
    if (h->door == RD_KAFKA_RESP_ERR__AUTHENTICATION)
        return fault_set(f, "connect", h->door, "%s%s", h->trouble, hint(h));
    return fault_set(f, "connect", h->door, "%s", h->trouble);
}

static int out_of_time(struct patience *p, rd_kafka_resp_err_t err, struct fault *f)
{
    struct handle *h = p->h;
    int64_t ms = clock_mono_ms() - p->begun_mono_ms;
    if (h->connected)
        return fault_set(f, p->phase, err, "no answer after %lld ms: %s", (long long)ms, rd_kafka_err2str(err));
    return fault_set(f, "connect", RD_KAFKA_RESP_ERR__TRANSPORT, "no broker of %s could be reached in %lld ms: %s",
                     h->job->bootstrap, (long long)ms, h->trouble[0] ? h->trouble : "no answer");
}

/* A consumer that may not use its group finds no coordinator, however long it waits, and says why only to who asks it for
   records. */
static int consumer_complains(struct patience *p, struct fault *f)
{
    rd_kafka_message_t *m = p->h->consumes ? rd_kafka_consumer_poll(p->h->rk, 0) : NULL;
    if (!m)
        return 0;
    rd_kafka_resp_err_t err = m->err;
    if (err && !fault_passes(err))
        fault_set(f, p->phase, err, "%s", rd_kafka_message_errstr(m));
    rd_kafka_message_destroy(m);
    return f->set;
}

int patience_again(struct patience *p, rd_kafka_resp_err_t err, struct fault *f)
{
    struct handle *h = p->h;
    rd_kafka_poll(h->rk, 0);
    char why[256];
    if (rd_kafka_fatal_error(h->rk, why, sizeof why)) {
        fault_set(f, p->phase, err, "%s", why);
        f->fatal = true;
        return -1;
    }
    if (h->door)
        return no_way_in(p, f);
    if (!fault_passes(err))
        return fault_set(f, p->phase, err, "%s", rd_kafka_err2str(err));
    if (consumer_complains(p, f))
        return -1;
    int64_t now = clock_mono_ms();
    bool refused = !h->job->replays && !h->connected && h->all_down && now - p->begun_mono_ms >= REFUSED_AFTER_MS;
    if (refused || now >= p->until_mono_ms)
        return out_of_time(p, err, f);
    if (parent_wants_end())
        return fault_refuse(f, p->phase, "told to end");
    if (err != RD_KAFKA_RESP_ERR__TIMED_OUT)
        rd_kafka_poll(h->rk, PAUSE_MS); /* some errors come at once */
    else if (h->connected && p->slice_ms < SLICE_MAX_MS)
        p->slice_ms *= 2; /* a broker that is slow must be given the time to answer */
    cut_slice(p);
    return 0;
}

void handle_rest(struct handle *h, int64_t ms)
{
    int64_t until = earlier(clock_mono_ms() + ms, h->job->deadline_mono_ms);
    for (int64_t left = ms; left > 0 && !parent_wants_end(); left = until - clock_mono_ms())
        rd_kafka_poll(h->rk, (int)earlier(left, SLICE_FIRST_MS));
}
