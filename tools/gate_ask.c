/* What a person reads before a write, and what the answer means for it. */
#include "tools/gate.h"

#include "base/json.h"
#include "base/own.h"
#include "base/redact.h"
#include "base/text.h"
#include "tools/failure.h"
#include "tools/fingerprint.h"

#include <stdarg.h>
#include <string.h>

#define VALUE_SHOWN 1000  /* bytes of each text in the request, */
#define ACT_SHOWN 16000   /* of the whole of it, */
#define POINT_SHOWN 300   /* and of each thing beside it */
#define MESSAGE_MAX 32768

/* The text without what cannot be seen and without line ends: a stranger's words stay on the line where we put them. Free it. */
static char *one_line(const char *text)
{
    size_t n = strlen(text);
    auto_buf struct buf clean = BUF_INIT(3 * n + 1);
    redact_clean(text, n, &clean);
    for (size_t i = 0; i < clean.len; i++)
        if (clean.data[i] == '\n' || clean.data[i] == '\t')
            clean.data[i] = ' ';
    return buf_steal(&clean, NULL);
}

/* The value with each long text in it cut by itself: one that is padded hides no other. A text that is cut names its length and,
   since what is agreed to is agreed to letter by letter, itself. New. */
static json_t *shown(const json_t *value)
{
    const char *name;
    json_t *each;
    size_t i;
    if (json_is_object(value)) {
        json_t *o = json_object();
        json_object_foreach((json_t *)(uintptr_t)value, name, each)
            json_object_set_new(o, name, shown(each));
        return o;
    }
    if (json_is_array(value)) {
        json_t *a = json_array();
        json_array_foreach(value, i, each)
            json_array_append_new(a, shown(each));
        return a;
    }
    if (json_string_length(value) <= VALUE_SHOWN)
        return json_copy((json_t *)(uintptr_t)value);
    char print[FINGERPRINT_TEXT];
    json_auto_t *list = json_pack("[O]", value);
    fingerprint_json(list, print);
    size_t n = text_utf8_floor(json_string_value(value), VALUE_SHOWN);
    return json_sprintf("%.*s... [cut: %zu bytes in all, %s]", (int)n, json_string_value(value), json_string_length(value),
                        print);
}

char *gate_act(json_t *request, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    auto_free char *said = xvasprintf(fmt, ap);
    va_end(ap);
    auto_free char *sentence = one_line(said);
    json_auto_t *all = shown(json_object_get(request, "input"));
    auto_free char *text = json_text(all, NULL);
    auto_free char *input = one_line(text);
    char *act = xasprintf("%s\n\n%s:%s %s", sentence, json_str(request, "service", ""), json_str(request, "operation", ""),
                          input);
    json_decref(request);
    return act;
}

/* One point of a list. Strangers' words may be in it (a reason, an error). */
static void add_point(struct buf *to, const char *text)
{
    auto_free char *line = one_line(text);
    buf_addf(to, "- %.*s\n", (int)(strlen(line) > POINT_SHOWN ? text_utf8_floor(line, POINT_SHOWN) : strlen(line)), line);
}

/* What a person reads: what would be done, what was checked, and what there is to know beside. */
static void compose(const struct gate *g, const char *act, const struct envelope *v, struct buf *to)
{
    int secrets = 0;
    auto_buf struct buf text = BUF_INIT(MESSAGE_MAX);
    size_t n = strlen(act), head = n > ACT_SHOWN ? text_utf8_floor(act, ACT_SHOWN) : n;
    buf_addf(&text, "%.*s", (int)head, act);
    if (head < n)
        buf_addf(&text, "... [cut: %zu bytes are not shown; say no unless you know them]", n - head);
    buf_adds(&text, "\n\nChecked just now:\n");
    size_t i;
    json_t *o;
    json_array_foreach(g->preconditions, i, o)
        add_point(&text, json_str(o, "detail", ""));
    if (json_array_size(json_arr(v->root, "warnings")))
        buf_adds(&text, "To know:\n");
    json_array_foreach(json_arr(v->root, "warnings"), i, o)
        add_point(&text, json_str(o, "message", ""));
    buf_addf(&text, "\n%s, asked for by %s. If you did not expect this, answer no.", json_str(v->root, "tool", ""),
             g->call->subject);
    redact_text(buf_text(&text), text.len, to, &secrets);
}

int gate_ask(struct gate *g, const char *act, const struct envelope *v, struct tool_answer *out)
{
    if (g->env->writes != WRITES_CONFIRM || consent_covers(g->consent, act)) {
        if (g->consent->given[0])
            gate_hold(g, "confirmed", true, "%s", g->consent->why);
        return 0;
    }
    if (g->call->ask_waits && g->held) { /* nobody else has to wait for a person's answer */
        claims_give_back(g->env->claims, g->resource);
        g->held = false;
    }
    char why[CONSENT_WHY_MAX];
    auto_buf struct buf message = BUF_INIT(MESSAGE_MAX);
    compose(g, act, v, &message);
    switch (consent_ask(g->consent, g->call, act, buf_text(&message), why)) {
    case CONSENT_YES:
        gate_hold(g, "confirmed", true, "%s", why);
        return g->consent->again ? -1 : 0;
    case CONSENT_NO:
        gate_hold(g, "confirmed", false, "%s", why);
        return 1;
    case CONSENT_LATER:
        return failure_say(out, "Nothing was changed yet: a person is being asked.");
    case CONSENT_STOPPED:
        break;
    }
    return 0; /* the stop is looked at next */
}
