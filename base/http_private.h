/* Private to base/http*.c: one request on its way, and the calls between the files that carry it. */
#ifndef LW_BASE_HTTP_PRIVATE_H
#define LW_BASE_HTTP_PRIVATE_H

#include "base/http.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>

/* Kept connections older than this are not used again: front ends close idle ones after 20 to 60 s, and a request written to one
   that is just being closed ends in "nobody knows". */
#define HTTP_KEPT_MS 30000

/* The requests of one http_fetch_all; lives on its stack. */
struct http_batch {
    struct http *http;
    struct stop *stop;
    struct stop_waker waker;
    atomic_bool tripped; /* set by the waker, read by the I/O thread without the lock */
    pthread_cond_t done; /* with http.lock */
    size_t left;         /* under http.lock */
};

/* Belongs to the caller until it is queued, then to the I/O thread until `left` has been counted down for it. */
struct http_transfer {
    const struct http_request *request;
    struct http_reply *reply;
    struct http_batch *batch;
    struct http_transfer *next; /* in the queue or among the active */
    int64_t started_mono_ms;
    int64_t deadline_mono_ms;
    CURL *easy;
    struct curl_slist *headers;
    struct buf header_text;
    bool headers_over; /* the blank line came: what follows are trailers, or the next status line */
    bool too_large;
    bool begun;  /* a connection was ready and the request was about to be written to it */
    bool resent; /* curl wanted to write it a second time, and was not allowed to */
    char error_text[CURL_ERROR_SIZE];
};

struct http {
    long per_host;
    char *ca_bundle;
    char *user_agent;
    pthread_mutex_t lock; /* guards what follows up to the blank line, and the batches */
    bool curl_ready; /* libcurl itself has been started */
    bool running;    /* the I/O thread takes what is queued, and may be woken */
    bool joinable;   /* it runs, or has ended and nobody has joined it yet */
    bool ending;
    pthread_t thread;
    struct http_transfer *queue, **queue_end;

    /* The I/O thread's own, while it runs. */
    CURLM *multi;
    int64_t keep_until_mono_ms; /* no kept connection is used after that */
    struct http_transfer *active;
    CURL *idle[64];
    size_t idle_count;
};

/* Whether it can be sent as it stands; ERR_INVALID says why not. */
int http_request_check(const struct http_request *r, struct err *e);

/* Sets up `t->easy` (fresh or reset) to carry `t->request`. */
void http_easy_prepare(const struct http *h, struct http_transfer *t);

/* What curl calls while the answer arrives: header lines and body, both capped. */
size_t http_on_header(char *line, size_t size, size_t n, void *transfer);
size_t http_on_body(char *p, size_t size, size_t n, void *transfer);

/* Turns curl's verdict into the reply's status, or into how far it came and its error. */
void http_reply_settle(struct http_transfer *t, CURLcode code);

/* Ends a transfer that is past its deadline or whose batch was stopped; says so in the reply's error. */
void http_reply_give_up(struct http_transfer *t);

/* Host and port of a URL for messages: a path or query may hold a signature. `out` holds `size` bytes. */
void http_url_host(const char *url, char *out, size_t size);

/* The I/O thread; `http` is a struct http. Ends when `ending` is set, or nothing is under way and no connection worth keeping;
   then it leaves nothing behind that libcurl or OpenSSL held for it. */
void *http_loop(void *http);

#endif
