#include "server/id_scan.h"

#include "base/json.h"
#include "base/own.h"
#include "server/message.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A top-level member's name is complete. */
static void name_ends(struct id_scan *s)
{
    s->wants_key = false;
    bool is_id = s->name_len == 2 && memcmp(s->name, "id", 2) == 0;
    s->has_method |= s->name_len == 6 && memcmp(s->name, "method", 6) == 0;
    s->member = is_id ? MEMBER_ID : MEMBER_OTHER;
    s->hopeless |= is_id && s->has_id; /* a second one: which would be meant? */
    s->has_id |= is_id;
    s->name_len = 0;
}

/* One byte of a top-level member's name. An escape could spell any name, so it could hide a second id. */
static void name_byte(struct id_scan *s, char c)
{
    if (c == '\\')
        s->hopeless = true;
    if (s->name_len < sizeof s->name)
        s->name[s->name_len++] = c;
}

static void id_byte(struct id_scan *s, char c)
{
    if (s->text_len == 0 && (c == ':' || is_blank(c)))
        return;
    if (s->text_len < sizeof s->text)
        s->text[s->text_len++] = c;
    else
        s->hopeless = true;
}

/* A byte inside a string. */
static void string_byte(struct id_scan *s, char c)
{
    bool is_name = s->depth == 1 && s->wants_key;
    bool ends = c == '"' && !s->escaped;
    s->escaped = c == '\\' && !s->escaped;
    if (ends)
        s->in_string = false;
    if (is_name && ends)
        name_ends(s);
    else if (is_name)
        name_byte(s, c);
    else if (s->member == MEMBER_ID)
        id_byte(s, c);
}

/* A top-level member is complete: behind it comes a comma or the end of the object. */
static void member_ends(struct id_scan *s)
{
    if (s->member == MEMBER_ID)
        s->id_is_whole = true;
    s->member = MEMBER_OTHER;
    s->wants_key = true;
}

/* A byte outside strings, inside the object. */
static void plain_byte(struct id_scan *s, char c)
{
    bool closes = c == '}' || c == ']';
    if (s->depth == 1 && (c == ',' || closes))
        member_ends(s);
    else if (s->member == MEMBER_ID)
        id_byte(s, c);
    if (c == '"')
        s->in_string = true;
    else if (c == '{' || c == '[')
        s->depth++;
    else if (closes && --s->depth == 0)
        s->ended = true;
}

void id_scan_feed(struct id_scan *s, const char *p, size_t n)
{
    for (size_t i = 0; i < n && !s->ended; i++) {
        if (s->in_string) {
            string_byte(s, p[i]);
        } else if (s->depth > 0) {
            plain_byte(s, p[i]);
        } else if (p[i] == '{') {
            s->depth = 1;
            s->wants_key = true;
        } else if (!is_blank(p[i])) {
            s->ended = true; /* an array, or no JSON at all */
        }
    }
}

json_t *id_scan_result(const struct id_scan *s)
{
    if (s->hopeless || !s->has_method || !s->id_is_whole)
        return NULL;
    json_auto_t *id = json_parse(s->text, s->text_len, 1, NULL);
    return message_id_is_valid(id) ? steal(&id) : NULL;
}
