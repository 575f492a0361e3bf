/* A small HTTP peer on loopback for the tests of outbound HTTP: what it answers is written down byte for byte. */
#ifndef LW_TESTS_LOOPBACK_H
#define LW_TESTS_LOOPBACK_H

#include <pthread.h>
#include <stddef.h>

enum loopback_then {
    LOOPBACK_KEEP,  /* wait for the next request */
    LOOPBACK_CLOSE, /* close after the answer */
    LOOPBACK_RESET, /* close with RST after the answer */
    LOOPBACK_HANG,  /* say nothing more until the peer closes or the server is stopped */
    LOOPBACK_DRIP   /* the body goes out byte by byte, and never comes to its end */
};

/* What the peer does with one request. */
struct loopback_answer {
    const char *bytes; /* NULL: no answer */
    size_t len;        /* 0: strlen(bytes) */
    enum loopback_then then;
};

struct loopback {
    int listener;
    int port;
    char url[64]; /* "http://127.0.0.1:PORT" */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct loopback_answer answer; /* for all requests, or for the first of a connection where `later_set` */
    struct loopback_answer later;
    int later_set;
    char *said[32]; /* what loopback_say was given: one may still be on its way when the next is set */
    size_t said_count;
    int barrier; /* answers wait until that many requests are here */
    int connections, requests, closed;
    char last[65536]; /* the last request, head and body, NUL-terminated */
    size_t last_len;
    int stopping;
};

/* Listens on a free port and gives each request that answer; change the members before the first request comes. */
void loopback_start(struct loopback *l, struct loopback_answer answer);

/* Gives each request from now on that answer, or none for NULL, and takes it over. At most 32 of them. */
void loopback_say(struct loopback *l, char *bytes, enum loopback_then then);

/* Waits until the client has closed its connections (free its http first), then ends all threads. */
void loopback_stop(struct loopback *l);

/* A counter (a member) as it is now; without an answer from the peer nothing else orders its threads and ours. */
int loopback_count(struct loopback *l, const int *counter);

/* Waits until `*counter` (a member) is at least `least`. */
void loopback_wait(struct loopback *l, const int *counter, int least);

/* A port of loopback on which nothing listens, and nothing else can until `*fd` is closed: that has it. */
int loopback_dead_port(int *fd);

#endif
