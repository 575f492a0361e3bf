#include "aws/config_file.h"

#include "base/own.h"
#include "base/text.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#define ENTRIES_MAX 8192 /* each is compared with all before it */

struct section {
    char *type; /* "profile", "services", ...; "" for a header we have no use for */
    char *name;
    int line;
};

struct entry {
    size_t section;
    char *key;   /* lower case */
    char *sub;   /* nested key, lower case; NULL for a plain key */
    char *value; /* not NULL */
    int line;
};

struct config_file {
    struct section *sections;
    size_t section_count;
    struct entry *entries;
    size_t entry_count;
};

/* One line being read, and where it stands. */
struct reader {
    struct config_file *file;
    enum config_kind kind;
    const char *shown;
    int line;
    size_t key_indent; /* of the key that deeper lines belong to */
    bool has_key;      /* since the last header */
    char *parent;      /* that key, when it has no value and so may have nested ones; NULL otherwise */
};

void config_free(struct config_file *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->section_count; i++) {
        free(f->sections[i].type);
        free(f->sections[i].name);
    }
    for (size_t i = 0; i < f->entry_count; i++) {
        free(f->entries[i].key);
        free(f->entries[i].sub);
        OPENSSL_cleanse(f->entries[i].value, strlen(f->entries[i].value));
        free(f->entries[i].value);
    }
    free(f->sections);
    free(f->entries);
    free(f);
}

static void config_free_cleanup(struct config_file **f)
{
    config_free(*f);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* A copy without blanks at its ends. */
static char *trimmed(const char *p, size_t n)
{
    while (n > 0 && is_blank(*p)) {
        p++;
        n--;
    }
    while (n > 0 && is_blank(p[n - 1]))
        n--;
    return xmemdup(p, n);
}

static char *trimmed_lower(const char *p, size_t n)
{
    char *s = trimmed(p, n);
    for (char *c = s; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c + ('a' - 'A'));
    return s;
}

/* Room for one more where `count` is a power of two or nought. */
static void *grown(void *items, size_t count, size_t size)
{
    if (count & (count - 1))
        return items;
    return xrealloc(items, (count ? count * 2 : 1) * size);
}

/* Splits what stands between the brackets into type and name. Both are new strings. */
static void split_header(const char *inner, enum config_kind kind, char **type, char **name)
{
    if (kind == CONFIG_KIND_CREDENTIALS || strcmp(inner, "default") == 0) {
        *type = xstrdup("profile");
        *name = xstrdup(inner);
        return;
    }
    size_t word = strcspn(inner, " \t");
    *type = inner[word] ? xmemdup(inner, word) : xstrdup("");
    const char *rest = inner[word] ? inner + word : inner;
    char *bare = trimmed(rest, strlen(rest));
    size_t n = strlen(bare);
    bool quoted = n >= 2 && (bare[0] == '"' || bare[0] == '\'') && bare[n - 1] == bare[0];
    *name = quoted ? xmemdup(bare + 1, n - 2) : xstrdup(bare);
    free(bare);
}

static int read_header(struct reader *r, const char *p, size_t n, struct err *e)
{
    const char *end = memchr(p, ']', n);
    if (!end)
        return err_set(e, ERR_CONFIG, "%s line %d: a section header without \"]\"", r->shown, r->line);
    auto_free char *inner = trimmed(p + 1, (size_t)(end - p - 1));
    struct config_file *f = r->file;
    if (f->section_count == ENTRIES_MAX)
        return err_set(e, ERR_TOO_LARGE, "%s line %d: more than %d sections", r->shown, r->line, ENTRIES_MAX);
    struct section s = {.line = r->line};
    split_header(inner, r->kind, &s.type, &s.name);
    f->sections = grown(f->sections, f->section_count, sizeof *f->sections);
    f->sections[f->section_count++] = s;
    for (size_t i = 0; i + 1 < f->section_count; i++)
        if (strcmp(f->sections[i].type, s.type) == 0 && strcmp(f->sections[i].name, s.name) == 0)
            return err_set(e, ERR_CONFIG, "%s line %d: this section is already on line %d", r->shown, r->line,
                           f->sections[i].line);
    r->has_key = false;
    return 0;
}

/* Cuts a comment that follows a blank. */
static size_t without_comment(const char *p, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if ((p[i] == '#' || p[i] == ';') && is_blank(p[i - 1]))
            return i;
    return n;
}

static bool is_same_entry(const struct entry *a, const struct entry *b)
{
    if (a->section != b->section || strcmp(a->key, b->key) != 0 || !a->sub != !b->sub)
        return false;
    return !a->sub || strcmp(a->sub, b->sub) == 0;
}

static int read_key(struct reader *r, const char *p, size_t n, bool nested, struct err *e)
{
    size_t name_len = 0;
    while (name_len < n && p[name_len] != '=' && p[name_len] != ':')
        name_len++;
    if (name_len == n || name_len == 0)
        return err_set(e, ERR_CONFIG, "%s line %d: neither a section nor \"key = value\"", r->shown, r->line);
    struct config_file *f = r->file;
    if (f->entry_count == ENTRIES_MAX)
        return err_set(e, ERR_TOO_LARGE, "%s line %d: more than %d keys", r->shown, r->line, ENTRIES_MAX);
    const char *value = p + name_len + 1;
    size_t value_len = without_comment(value, n - name_len - 1);
    f->entries = grown(f->entries, f->entry_count, sizeof *f->entries);
    struct entry *entry = &f->entries[f->entry_count++];
    *entry =
        (struct entry){.section = f->section_count - 1, .line = r->line, .value = trimmed(value, value_len)};
    char *name = trimmed_lower(p, name_len);
    entry->key = nested ? xstrdup(r->parent) : name;
    entry->sub = nested ? name : NULL;
    for (size_t i = 0; i + 1 < f->entry_count; i++)
        if (is_same_entry(&f->entries[i], entry))
            return err_set(e, ERR_CONFIG, "%s line %d: this key is already on line %d", r->shown, r->line,
                           f->entries[i].line);
    if (!nested) {
        free(r->parent);
        r->parent = entry->value[0] ? NULL : xstrdup(entry->key);
        r->has_key = true;
    }
    return 0;
}

static void read_more(struct reader *r, const char *p, size_t n)
{
    struct entry *last = &r->file->entries[r->file->entry_count - 1];
    auto_free char *text = trimmed(p, without_comment(p, n));
    char *joined = xasprintf("%s\n%s", last->value, text);
    OPENSSL_cleanse(last->value, strlen(last->value));
    OPENSSL_cleanse(text, strlen(text));
    free(last->value);
    last->value = joined;
}

static int read_line(struct reader *r, const char *p, size_t n, struct err *e)
{
    while (n > 0 && is_blank(p[n - 1]))
        n--;
    size_t indent = 0;
    while (indent < n && is_blank(p[indent]))
        indent++;
    if (indent == n || p[indent] == '#' || p[indent] == ';')
        return 0;
    const char *text = p + indent;
    n -= indent;
    bool deeper = r->has_key && indent > r->key_indent;
    if (deeper && !r->parent) {
        read_more(r, text, n);
        return 0;
    }
    if (!deeper && text[0] == '[')
        return read_header(r, text, n, e);
    if (r->file->section_count == 0)
        return err_set(e, ERR_CONFIG, "%s line %d: a key before any section", r->shown, r->line);
    if (!deeper)
        r->key_indent = indent;
    return read_key(r, text, n, deeper, e);
}

struct config_file *config_parse(const char *text, size_t n, enum config_kind kind, const char *shown,
                                 struct err *e)
{
    if (n > CONFIG_FILE_MAX) {
        err_set(e, ERR_TOO_LARGE, "%s: larger than %d bytes", shown, CONFIG_FILE_MAX);
        return NULL;
    }
    if (n > 0 && memchr(text, '\0', n)) {
        err_set(e, ERR_CONFIG, "%s: not a text file (it holds a NUL)", shown);
        return NULL;
    }
    __attribute__((cleanup(config_free_cleanup))) struct config_file *f = xcalloc(1, sizeof *f);
    struct reader r = {.file = f, .kind = kind, .shown = shown};
    size_t at =
        n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0; /* a byte order mark some editors leave */
    int rc = 0;
    while (rc == 0 && at < n) {
        const char *newline = memchr(text + at, '\n', n - at);
        size_t len = newline ? (size_t)(newline - text) - at : n - at;
        r.line++;
        rc = read_line(&r, text + at, len, e);
        at += len + 1;
    }
    free(r.parent);
    return rc < 0 ? NULL : steal(&f);
}

bool config_has(const struct config_file *f, const char *type, const char *name)
{
    for (size_t i = 0; i < f->section_count; i++)
        if (strcmp(f->sections[i].type, type) == 0 && strcmp(f->sections[i].name, name) == 0)
            return true;
    return false;
}

const char *config_value(const struct config_file *f, const char *type, const char *name, const char *key,
                         const char *sub)
{
    for (size_t i = 0; i < f->entry_count; i++) {
        const struct entry *entry = &f->entries[i];
        const struct section *s = &f->sections[entry->section];
        if (strcmp(s->type, type) != 0 || strcmp(s->name, name) != 0 || strcmp(entry->key, key) != 0)
            continue;
        if (sub ? entry->sub && strcmp(entry->sub, sub) == 0 : !entry->sub)
            return entry->value[0] ? entry->value : NULL;
    }
    return NULL;
}

const char *config_profile(const struct config_file *f, size_t i)
{
    for (size_t k = 0; k < f->section_count; k++)
        if (strcmp(f->sections[k].type, "profile") == 0 && i-- == 0)
            return f->sections[k].name;
    return NULL;
}
