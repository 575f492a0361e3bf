/* An HTTP peer on loopback that answers from a script: one reply a request, in the order they come, one
   request a connection. A script is an array of {status, headers, body, date_offset_s, then}; `then` is
   "reset" (no answer, RST), "hang" (no answer until the client goes), "cut" (half the body, then the end) or
   absent. */
#ifndef LW_TESTS_SCRIPT_PEER_H
#define LW_TESTS_SCRIPT_PEER_H

#include <jansson.h>
#include <pthread.h>
#include <stddef.h>

struct script_peer {
    const json_t *script; /* borrowed */
    int listener;
    int port;
    pthread_t thread;
    pthread_mutex_t lock; /* guards the rest */
    size_t requests;
    char *seen[64]; /* each request, head and body */
};

/* Listens on a free port of loopback. `script` is borrowed until the peer is stopped. */
void script_peer_start(struct script_peer *p, const json_t *script);

/* Takes no more requests and waits for the one under way; then `seen` and `requests` may be read without the
   lock. */
void script_peer_stop(struct script_peer *p);

/* Frees what was seen, after the stop. */
void script_peer_done(struct script_peer *p);

#endif
