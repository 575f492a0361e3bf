/* Finds the id of a request in bytes that cannot be parsed whole: too long to be kept, or not quite JSON. An error answer
   without an id leaves some clients waiting for ever, and many write the id behind the parameters. */
#ifndef LW_SERVER_ID_SCAN_H
#define LW_SERVER_ID_SCAN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* All members are private. A zeroed one is ready to be fed. */
struct id_scan {
    size_t depth;       /* of open objects and arrays */
    bool in_string, escaped;
    bool wants_key;     /* at the top level: the next string is a member's name */
    bool ended;         /* the top level was closed, or was no object: the rest means nothing */
    bool hopeless;      /* something makes the id uncertain */
    bool has_method, has_id;
    bool id_is_whole;
    enum { MEMBER_OTHER, MEMBER_ID } member;
    char name[8];       /* head of the member name being read */
    size_t name_len;
    char text[320];     /* JSON text of the id */
    size_t text_len;
};

/* Takes the next bytes of one message; feed it all of them. */
void id_scan_feed(struct id_scan *s, const char *p, size_t n);

/* The id, owned by the caller; or NULL where the bytes so far are no request (an object with a method), hold no whole and
   valid id at their top level, or hold two. */
json_t *id_scan_result(const struct id_scan *s);

#endif
