/* {"schema": S, "value": V}: any S compiles or is refused with a reason, any V is judged within bounds, and what is
   said of V under S agrees with what is said under schemas that must mean the same. */
#include "tests/fuzz/fuzz.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "schema/schema.h"

#include <string.h>

enum verdict { FITS, FAULTY, TOO_MUCH };

static enum verdict judge(const struct schema *s, json_t *value)
{
    struct err e = {0};
    if (schema_check(s, value, &e) == 0) {
        MUST(e.kind == ERR_NONE);
        return FITS;
    }
    MUST(e.text[0] && text_is_utf8(e.text, strlen(e.text)));
    MUST(e.kind == ERR_INVALID || e.kind == ERR_TOO_LARGE);
    return e.kind == ERR_INVALID ? FAULTY : TOO_MUCH;
}

/* Compiles `document`, which it takes over and which must be a schema, and judges the value by it. */
static enum verdict judge_by(json_t *document, json_t *value)
{
    struct err e = {0};
    struct schema *s = schema_compile(document, &e);
    /* one level more may be one too many */
    MUST(s || strstr(e.text, "levels deep") || strstr(e.text, "subschemas"));
    enum verdict verdict = s ? judge(s, value) : TOO_MUCH;
    schema_free(s);
    json_decref(document);
    return verdict;
}

/* What `wrapped` says, where it says anything. */
static void must_be(enum verdict wanted, json_t *wrapped, json_t *value)
{
    enum verdict verdict = judge_by(wrapped, value);
    MUST(verdict == wanted || verdict == TOO_MUCH);
}

/* References and identifiers change their meaning when their schema is moved. */
static bool movable(json_t *document)
{
    auto_free char *text = json_text(document, NULL);
    return !strstr(text, "\"$");
}

static void compare(json_t *document, json_t *value, enum verdict verdict)
{
    must_be(FITS, json_pack("{s:O}", "const", value), value);
    must_be(FITS, json_pack("{s:[n,O]}", "enum", value), value);
    must_be(FAULTY, json_pack("{s:[O]}", "allOf", json_false()), value);
    json_auto_t *twice = json_pack("[O,O]", value, value);
    must_be(FAULTY, json_pack("{s:b}", "uniqueItems", 1), twice);
    if (verdict == TOO_MUCH || !movable(document))
        return;
    must_be(verdict, json_pack("{s:[b,O]}", "allOf", 1, document), value);
    must_be(verdict, json_pack("{s:[b,O]}", "anyOf", 0, document), value);
    must_be(verdict, json_pack("{s:[b,O]}", "oneOf", 0, document), value);
    must_be(verdict == FITS ? FAULTY : FITS, json_pack("{s:O}", "not", document), value);
    must_be(verdict, json_pack("{s:O}", "items", document), twice);
    must_be(verdict, json_pack("{s:O}", "contains", document), twice);
    must_be(verdict, json_pack("{s:s, s:{s:O}}", "$ref", "#/$defs/a", "$defs", "a", document), value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool ready;
    if (!ready)
        json_setup();
    ready = true;
    struct err e = {0};
    json_auto_t *input = json_parse((const char *)data, size, JSON_DEPTH_UPSTREAM, &e);
    json_t *document = json_object_get(input, "schema"), *value = json_object_get(input, "value");
    if (!document)
        return 0;
    struct schema *s = schema_compile(document, &e);
    MUST(s ? e.kind == ERR_NONE : e.kind == ERR_INVALID && e.text[0]);
    if (s && value)
        compare(document, value, judge(s, value));
    schema_free(s);
    return 0;
}
