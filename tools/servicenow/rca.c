#include "tools/servicenow/rca.h"

#include "base/crypto.h"
#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "tools/clean.h"

#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 12

/* "root_cause" as a title: "Root cause". */
static void add_title(struct buf *b, const char *key)
{
    for (size_t i = 0; key[i]; i++) {
        char c = key[i] == '_' ? ' ' : key[i];
        if (i == 0 && c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        buf_addc(b, c == '\n' || c == '\r' ? ' ' : c);
    }
}

/* Lines of a text stay lines of the same item. */
static void add_text(struct buf *b, const char *s, int depth)
{
    for (; *s; s++) {
        buf_addc(b, *s);
        if (*s == '\n')
            buf_addf(b, "%*s", 2 * depth, "");
    }
}

static void add_scalar(struct buf *b, const json_t *v, int depth)
{
    if (json_is_string(v)) {
        add_text(b, json_string_value(v), depth);
        return;
    }
    auto_free char *text = json_text(v, NULL);
    buf_adds(b, text);
}

static void add_value(struct buf *b, const json_t *v, int depth);

static void add_items(struct buf *b, const json_t *v, int depth)
{
    size_t i;
    json_t *item;
    json_array_foreach(v, i, item) {
        buf_addf(b, "%*s- ", 2 * (depth - 1), "");
        if (json_is_object(item) || json_is_array(item))
            buf_addf(b, "%zu.\n", i + 1);
        add_value(b, item, depth + 1);
    }
}

static void add_members(struct buf *b, const json_t *v, int depth)
{
    const char *key;
    json_t *item;
    json_object_foreach((json_t *)(uintptr_t)v, key, item) {
        buf_addf(b, "%*s- **", 2 * (depth - 1), "");
        add_title(b, key);
        buf_adds(b, json_is_object(item) || json_is_array(item) ? "**\n" : "**: ");
        add_value(b, item, depth + 1);
    }
}

/* A list within a list within a section: indented, however deep. */
static void add_value(struct buf *b, const json_t *v, int depth)
{
    if (depth > DEPTH_MAX) {
        buf_adds(b, "(deeper than this page goes)\n");
    } else if (json_is_object(v)) {
        add_members(b, v, depth);
    } else if (json_is_array(v)) {
        add_items(b, v, depth);
    } else {
        add_scalar(b, v, depth);
        buf_addc(b, '\n');
    }
}

static void add_page(struct buf *b, const json_t *rca, const char *number)
{
    buf_addf(b, "# Root cause of %s\n", number);
    const char *key;
    json_t *section;
    json_object_foreach((json_t *)(uintptr_t)rca, key, section) {
        buf_adds(b, "\n## ");
        add_title(b, key);
        buf_adds(b, "\n\n");
        add_value(b, section, 1);
    }
}

static int finish(struct rca_file *f, struct err *e)
{
    if (f->text.full)
        return err_set(e, ERR_TOO_LARGE, "rca: the document is longer than %zu bytes", RCA_MAX);
    unsigned char hash[CRYPTO_SHA256_LEN];
    crypto_sha256(buf_text(&f->text), f->text.len, hash);
    text_hex(hash, sizeof hash, f->sha256);
    return 0;
}

int rca_write(const json_t *rca, const char *sys_id, const char *number, struct rca_file *json, struct rca_file *markdown,
              struct err *e)
{
    json_auto_t *clean = clean_json(rca, true);
    json_auto_t *whole = json_pack("{s:{s:s, s:s}, s:O}", "incident", "sys_id", sys_id, "number", number, "rca", clean);
    *json = (struct rca_file){.type = "application/json", .text = BUF_INIT(RCA_MAX)};
    *markdown = (struct rca_file){.type = "text/markdown", .text = BUF_INIT(RCA_MAX)};
    json_add(&json->text, whole);
    add_page(&markdown->text, clean, number);
    if (finish(json, e) || finish(markdown, e)) {
        rca_file_done(json);
        rca_file_done(markdown);
        return -1;
    }
    snprintf(json->name, sizeof json->name, "rca-%.12s%s", json->sha256, ".json");
    snprintf(markdown->name, sizeof markdown->name, "rca-%.12s%s", json->sha256, ".md");
    return 0;
}

void rca_file_done(struct rca_file *f)
{
    buf_done(&f->text);
}

char *rca_key(const char *prefix, const char *number, const char *name)
{
    return xasprintf("%s%s/%s", prefix, number, name);
}
