#define PCRE2_CODE_UNIT_WIDTH 8
#include "tools/signatures.h"

#include "base/json.h"
#include "base/own.h"
#include "tools/signatures.json.h"

#include <pcre2.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define LOOKED_AT 4096     /* bytes of a line */
#define SAYS_ENOUGH 50     /* weight from which on a line is understood without what it quotes */
#define MATCH_STEPS 200000 /* what PCRE2 may try on one line before it gives up */

/* Written once under `once`, read-only afterwards; lives as long as the process. */
static struct {
    pthread_once_t once;
    struct signature *list;
    pcre2_code **codes;
    pcre2_match_context *limits;
    size_t count;
} table = {.once = PTHREAD_ONCE_INIT};

static void load_entry(const json_t *o, struct signature *s, pcre2_code **code)
{
    *s = (struct signature){
        .id = xstrdup(json_str(o, "id", "")),
        .service = xstrdup(json_str(o, "service", "any")),
        .regex = xstrdup(json_str(o, "regex", "")),
        .weight = (int)json_int(o, "weight", 0),
        .executors = json_flag(o, "executors", false),
        .loose = json_flag(o, "loose", false),
        .match = xstrdup(json_str(o, "match", "")),
        .not_match = xstrdup(json_str(o, "not", "")),
    };
    int error;
    size_t at;
    *code = pcre2_compile((PCRE2_SPTR)s->regex, PCRE2_ZERO_TERMINATED, 0, &error, &at, NULL);
    /* The file is ours and a unit test checks every entry: a bad one is a bug, never something to run with. */
    if (!*code || !cause_parse(json_str(o, "cause", ""), &s->cause))
        abort();
    /* Several times faster; where the system forbids it, matching works without. */
    pcre2_jit_compile(*code, PCRE2_JIT_COMPLETE);
}

static void load(void)
{
    json_auto_t *file = json_parse(signature_file, sizeof signature_file - 1, JSON_DEPTH_CLIENT, NULL);
    if (!json_is_array(file))
        abort();
    table.count = json_array_size(file);
    table.list = xcalloc(table.count, sizeof *table.list);
    table.codes = xcalloc(table.count, sizeof(pcre2_code *));
    table.limits = pcre2_match_context_create(NULL);
    if (!table.limits)
        abort();
    pcre2_set_match_limit(table.limits, MATCH_STEPS);
    for (size_t i = 0; i < table.count; i++)
        load_entry(json_array_get(file, i), &table.list[i], &table.codes[i]);
}

const struct signature *signatures_all(size_t *count)
{
    pthread_once(&table.once, load);
    *count = table.count;
    return table.list;
}

static bool matches(size_t i, const char *line, size_t n, pcre2_match_data *found)
{
    /* a pattern that gives up on a hostile line has not matched it */
    return pcre2_match(table.codes[i], (PCRE2_SPTR)line, n < LOOKED_AT ? n : LOOKED_AT, 0, 0, found, table.limits) >= 0;
}

static pcre2_match_data *match_data(void)
{
    pcre2_match_data *d = pcre2_match_data_create(1, NULL);
    if (!d)
        abort();
    return d;
}

bool signatures_matches(const struct signature *s, const char *line, size_t n)
{
    pcre2_match_data *found = match_data();
    bool yes = matches((size_t)(s - table.list), line, n, found);
    pcre2_match_data_free(found);
    return yes;
}

/* What a client says before it passes on the words of a service that it waited for. */
static const struct {
    const char *words, *service;
} passed_on[] = {
    {"Athena job", "athena"},
    {"awswrangler.exceptions.QueryFailed", "athena"},
    {"pyathena.error.", "athena"},
    {"TrinoQueryError", "athena"}, /* its engine is Trino */
};

/* The service whose words the line passes on, or "". */
static const char *passes_on(const char *line, size_t n)
{
    for (size_t i = 0; i < ARRAY_LEN(passed_on); i++) {
        if (memmem(line, n, passed_on[i].words, strlen(passed_on[i].words)))
            return passed_on[i].service;
    }
    return "";
}

/* The heaviest match that speaks for another cause than `beside`, which may be NULL. */
static const struct signature *heaviest_in(const char *service, const char *line, size_t n, const struct signature *beside)
{
    const struct signature *best = NULL;
    pcre2_match_data *found = match_data();
    const char *other = passes_on(line, n);
    for (size_t i = 0; i < table.count; i++) {
        const struct signature *s = &table.list[i];
        bool serves = !strcmp(s->service, "any") || !strcmp(s->service, service) || !strcmp(s->service, other);
        if ((best && s->weight <= best->weight) || (beside && s->cause == beside->cause))
            continue;
        if (serves && matches(i, line, n, found))
            best = s;
    }
    pcre2_match_data_free(found);
    return best;
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

/* Whether the quote at `at` opens the error that a function or a service answers with: {"errorMessage": "..."}. */
static bool quotes_answer(const char *line, size_t at)
{
    static const char *const before[] = {"\"errorMessage\"", "\"errorType\"", "\"error_message\""};
    while (at && (line[at - 1] == ' ' || line[at - 1] == ':'))
        at--;
    for (size_t i = 0; i < ARRAY_LEN(before); i++) {
        size_t n = strlen(before[i]);
        if (at >= n && !memcmp(line + at - n, before[i], n))
            return true;
    }
    return false;
}

/* Fills `bare` with the line's n bytes, an x for each that stands between double quotes or in a name that is counted as none
   ("AccessDenied=0"). False when there is nothing of the kind. */
static bool hide_quoted(const char *line, size_t n, char bare[LOOKED_AT])
{
    bool inside = false, open = false, hid = false;
    for (size_t i = 0; i < n; i++) {
        if (line[i] == '"') {
            inside = !inside;
            open = inside && quotes_answer(line, i);
        }
        bool none = i + 1 < n && line[i] == '=' && line[i + 1] == '0' && (i + 2 == n || !is_name(line[i + 2]));
        for (size_t j = i; none && j > 0 && is_name(line[j - 1]); j--)
            bare[j - 1] = 'x';
        bare[i] = inside && !open && line[i] != '"' ? 'x' : line[i];
        hid = hid || none || bare[i] != line[i];
    }
    return hid;
}

/* Whether what is quoted may be what is said: a line of JSON, or one that tells of a failure in its own words. */
static bool quotes_failure(const char *bare, size_t n)
{
    static const char *const words[] = {"rror", "ERROR", "xception", "ail", "FAIL", "FATAL", "WARN"};
    bool yes = n && (bare[0] == '{' || bare[0] == '"');
    for (size_t i = 0; i < ARRAY_LEN(words) && !yes; i++)
        yes = memmem(bare, n, words[i], strlen(words[i]));
    return yes;
}

/* What a line quotes, a row or a query, is not what it says; it counts only where little else is said. */
static const struct signature *heaviest(const char *service, const char *line, size_t n, const struct signature *beside)
{
    pthread_once(&table.once, load);
    char bare[LOOKED_AT];
    n = n < LOOKED_AT ? n : LOOKED_AT;
    if (!hide_quoted(line, n, bare))
        return heaviest_in(service, line, n, beside);
    const struct signature *said = heaviest_in(service, bare, n, NULL);
    bool enough = said && said->weight >= SAYS_ENOUGH;
    if (enough || !quotes_failure(bare, n))
        return beside ? heaviest_in(service, bare, n, beside) : said;
    return heaviest_in(service, line, n, beside);
}

const struct signature *signatures_match(const char *service, const char *line, size_t n)
{
    return heaviest(service, line, n, NULL);
}

const struct signature *signatures_rival(const char *service, const char *line, size_t n, const struct signature *s)
{
    return heaviest(service, line, n, s);
}
