#include "kafka/fault.h"

#include "base/err.h"
#include "base/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool fault_passes(rd_kafka_resp_err_t code)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
    case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__WAIT_COORD:
    case RD_KAFKA_RESP_ERR__WAIT_CACHE:
    case RD_KAFKA_RESP_ERR__RETRY:
    case RD_KAFKA_RESP_ERR__IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
    case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
    case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION:
    case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS:
    case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND:
    case RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS:
    case RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT:
    case RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
    case RD_KAFKA_RESP_ERR_NOT_CONTROLLER:
    case RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH:
    case RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH:
    case RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE: return true;
    default: return false;
    }
}

const char *fault_kind(rd_kafka_resp_err_t code)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM:
    case RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE: return "authentication";
    case RD_KAFKA_RESP_ERR__SSL: return "tls";
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED: return "authorization";
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART: return "not_found";
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION: return "network";
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
    case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT: return "timeout";
    case RD_KAFKA_RESP_ERR__FENCED:
    case RD_KAFKA_RESP_ERR_PRODUCER_FENCED:
    case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH: return "fenced";
    default: return "broker";
    }
}

/* Texts of brokers go into JSON: err_set makes one line of valid UTF-8 of them. */
__attribute__((format(printf, 2, 0))) static void say(struct fault *f, const char *fmt, va_list ap)
{
    char text[sizeof f->message];
    vsnprintf(text, sizeof text, fmt, ap);
    struct err tidy = {0};
    err_set(&tidy, ERR_UPSTREAM, "%s", text);
    snprintf(f->message, sizeof f->message, "%.*s", (int)sizeof f->message - 1, tidy.text);
}

int fault_set(struct fault *f, const char *phase, rd_kafka_resp_err_t code, const char *fmt, ...)
{
    if (f->set)
        return -1;
    *f = (struct fault){.set = true, .phase = phase, .kind = fault_kind(code), .code = code, .retriable = fault_passes(code)};
    va_list ap;
    va_start(ap, fmt);
    say(f, fmt, ap);
    va_end(ap);
    return -1;
}

int fault_take(struct fault *f, const char *phase, rd_kafka_error_t *error)
{
    bool first = !f->set;
    fault_set(f, phase, rd_kafka_error_code(error), "%s", rd_kafka_error_string(error));
    if (first) {
        f->fatal = rd_kafka_error_is_fatal(error);
        f->retriable |= rd_kafka_error_is_retriable(error);
    }
    rd_kafka_error_destroy(error);
    return -1;
}

int fault_refuse(struct fault *f, const char *phase, const char *fmt, ...)
{
    if (f->set)
        return -1;
    *f = (struct fault){.set = true, .phase = phase, .kind = "refused"};
    va_list ap;
    va_start(ap, fmt);
    say(f, fmt, ap);
    va_end(ap);
    return -1;
}

json_t *fault_json(const struct fault *f)
{
    json_t *o = json_pack("{s:s, s:s, s:s, s:b, s:b}", "phase", f->phase, "kind", f->kind, "message", f->message, "fatal",
                          f->fatal, "retriable", f->retriable);
    if (f->code) {
        json_put_int(o, "code", f->code);
        json_put_str(o, "name", rd_kafka_err2name(f->code));
    }
    return o;
}
