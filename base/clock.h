/* Time: monotonic milliseconds for waiting, wall-clock milliseconds since 1970 for what people and AWS see. */
#ifndef LW_BASE_CLOCK_H
#define LW_BASE_CLOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* Milliseconds of CLOCK_MONOTONIC: only differences mean something. */
int64_t clock_mono_ms(void);

/* Milliseconds since 1970-01-01T00:00:00Z. */
int64_t clock_wall_ms(void);

/* A condition whose waits go by clock_mono_ms: setting the wall clock neither cuts them short nor draws them out. */
void clock_cond_init(pthread_cond_t *c);

/* Waits for a signal until `until_mono_ms` (INT64_MAX: without end), with `m` held. May return true without a signal, as
   all waits on conditions; false once the time has come. */
bool clock_cond_wait(pthread_cond_t *c, pthread_mutex_t *m, int64_t until_mono_ms);

/* Date and time of day in UTC, rounded down to the second. */
struct tm clock_utc(int64_t wall_ms);

#define CLOCK_TEXT_MAX 32

/* RFC 3339 in UTC: "2026-11-21T02:05:07Z", with ".250" only when there are milliseconds. `out` holds CLOCK_TEXT_MAX bytes. */
void clock_rfc3339(int64_t wall_ms, char *out);

/* As clock_rfc3339, with milliseconds even when they are zero: lines of a log stay aligned and sort as text. */
void clock_rfc3339_ms(int64_t wall_ms, char *out);

/* Reads RFC 3339 ("2026-11-21T02:05:07[.123](Z|+05:30)") or a bare date (midnight UTC). Returns 0, or -1 if it is neither. */
int clock_parse(const char *s, int64_t *wall_ms);

/* The form SigV4 wants, "20261121T020507Z"; `out` holds CLOCK_TEXT_MAX bytes. */
void clock_amz(int64_t wall_ms, char *out);

/* The `Date` header of HTTP (RFC 9110 section 5.6.7, IMF-fixdate only). Returns 0, or -1. */
int clock_parse_http(const char *s, int64_t *wall_ms);

#endif
