#include "aws/codec.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Beyond the year 9999 no format of a date works. */
#define SECONDS_MAX 253402300800.0

int codec_real_write(double v, struct buf *out)
{
    if (!isfinite(v))
        return -1;
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, v);
        if (strtod(text, NULL) == v)
            break;
    }
    return buf_adds(out, text);
}

/* RFC 9110 section 5.6.7, whatever the locale. */
static int http_date(int64_t wall_ms, struct buf *out)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct tm tm = clock_utc(wall_ms);
    return buf_addf(out, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday], tm.tm_mday,
                    months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

int codec_time_write(enum aws_time format, double seconds, struct buf *out)
{
    if (!(fabs(seconds) < SECONDS_MAX))
        return -1;
    if (format == AWS_TIME_EPOCH)
        return codec_real_write(seconds, out);
    if (format == AWS_TIME_HTTP)
        return http_date((int64_t)floor(seconds) * 1000, out);
    char text[CLOCK_TEXT_MAX];
    clock_rfc3339(llround(seconds * 1000), text);
    return buf_adds(out, text);
}

static json_t *seconds_json(double seconds)
{
    if (!(fabs(seconds) < SECONDS_MAX))
        return NULL;
    return seconds == floor(seconds) ? json_integer((json_int_t)seconds) : json_real(seconds);
}

/* Some services put a fraction into the HTTP date ("20:34:56.456 GMT"): takes it out and returns it. */
static double cut_fraction(char *text)
{
    char *dot = strchr(text, '.'), *end = NULL;
    double fraction = 0;
    if (dot && dot[1] >= '0' && dot[1] <= '9') {
        fraction = strtod(dot, &end);
        memmove(dot, end, strlen(end) + 1);
    }
    return fraction;
}

json_t *codec_time_read(const char *text)
{
    if (strlen(text) >= 64)
        return NULL;
    char *end = NULL;
    double seconds = strtod(text, &end);
    if (end != text && *end == '\0' && strpbrk(text, "xXnN") == NULL)
        return seconds_json(seconds);
    int64_t ms;
    if (clock_parse(text, &ms) == 0)
        return seconds_json((double)ms / 1000);
    char copy[64];
    snprintf(copy, sizeof copy, "%s", text);
    double fraction = cut_fraction(copy);
    if (clock_parse_http(copy, &ms))
        return NULL;
    return seconds_json((double)ms / 1000 + fraction);
}

static const char *type_name(enum aws_type type)
{
    static const char *const names[] = {
        [AWS_STRING] = "a string",   [AWS_INTEGER] = "an integer", [AWS_REAL] = "a number",
        [AWS_BOOLEAN] = "a boolean", [AWS_TIMESTAMP] = "a time",   [AWS_BLOB] = "base64 text",
        [AWS_LIST] = "a list",       [AWS_MAP] = "a map",          [AWS_STRUCTURE] = "an object",
        [AWS_ANY] = "a value",
    };
    return names[type];
}

/* What AWS writes for what JSON has no numbers for; a string in our JSON, too. */
static bool is_no_number(const char *text)
{
    return strcmp(text, "NaN") == 0 || strcmp(text, "Infinity") == 0 || strcmp(text, "-Infinity") == 0;
}

int codec_scalar_write(const struct aws_shape *shape, enum aws_time fallback, const json_t *v,
                       struct buf *out, struct err *e)
{
    enum aws_time format = shape->time ? shape->time : fallback;
    bool text = shape->type == AWS_STRING || shape->type == AWS_BLOB;
    if (shape->type == AWS_REAL && json_is_string(v))
        text = is_no_number(json_string_value(v));
    if (text && json_is_string(v))
        return buf_add(out, json_string_value(v), json_string_length(v));
    if ((shape->type == AWS_INTEGER || shape->type == AWS_REAL) && json_is_integer(v))
        return buf_addf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
    if (shape->type == AWS_REAL && json_is_real(v))
        return codec_real_write(json_real_value(v), out);
    if (shape->type == AWS_BOOLEAN && json_is_boolean(v))
        return buf_adds(out, json_is_true(v) ? "true" : "false");
    if (shape->type == AWS_TIMESTAMP && json_is_number(v) &&
        !codec_time_write(format, json_number_value(v), out))
        return 0;
    return err_set(e, ERR_INVALID, "is not %s", type_name(shape->type));
}

static json_t *real_read(const char *text)
{
    if (is_no_number(text))
        return json_string(text);
    char *end = NULL;
    double v = strtod(text, &end);
    if (end == text || *end || !isfinite(v) || strpbrk(text, "xX"))
        return NULL;
    return json_real(v);
}

json_t *codec_scalar_read(const struct aws_shape *shape, const char *text, size_t n, struct err *e)
{
    json_t *v = NULL;
    int64_t whole;
    if (shape->type == AWS_STRING || shape->type == AWS_BLOB || shape->type == AWS_ANY)
        v = json_str_lossy(text, n);
    else if (shape->type == AWS_INTEGER && text_to_i64(text, &whole) == 0)
        v = json_integer(whole);
    else if (shape->type == AWS_REAL)
        v = real_read(text);
    else if (shape->type == AWS_BOOLEAN && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0))
        v = json_boolean(text[0] == 't');
    else if (shape->type == AWS_TIMESTAMP)
        v = codec_time_read(text);
    if (!v)
        err_set(e, ERR_UPSTREAM, "\"%.40s\" is not %s", text, type_name(shape->type));
    return v;
}
