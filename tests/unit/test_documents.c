/* The tool documents in schema/tools and the table in tools/registry.c: each fits the other, and every client we know
   can take them. */
#include "tests/unit/cmocka_all.h"

#include "base/json.h"
#include "base/own.h"
#include "base/text.h"
#include "schema/schema.h"
#include "tools/registry.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_CHARS 25
#define PROPERTY_NAME_MAX 64
#define OUTPUT_SCHEMA_MAX 900
#define SHOWN_MAX 14000 /* characters a model is shown of all tools: compact JSON of all but the output schemas */
#define DOCUMENT_BYTES_MAX 65536

static size_t complaints;

static void complain(const char *where, const char *what, const char *detail)
{
    print_message("%s: %s%s%s\n", where, what, detail ? ": " : "", detail ? detail : "");
    complaints++;
}

static json_t *read_document(const char *path)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    auto_free char *text = xmalloc(DOCUMENT_BYTES_MAX);
    size_t n = fread(text, 1, DOCUMENT_BYTES_MAX, f);
    fclose(f);
    struct err e = {0};
    json_t *v = json_parse(text, n, JSON_DEPTH_CLIENT, &e);
    if (!v)
        fail_msg("%s: %s", path, e.text);
    return v;
}

/* Letters that stand for the same behind a backslash in PCRE2 and in ECMAScript with flag u, and all that flag
   lets be escaped. */
static bool escape_is_shared(char c)
{
    return c && strchr("dDsSwWbBtnrfv^$\\.*+?()[]{}|/", c);
}

/* What is wrong behind an escape that is a class of its own, and stands in a class: no range may begin with it. */
static bool range_from_class(const char *p)
{
    return strchr("dDsSwW", p[0]) && p[1] == '-' && p[2] != ']';
}

static const char *class_trouble(const char *p)
{
    if (*p == '[' || (*p == '&' && p[1] == '&') || (*p == '-' && p[1] == '-'))
        return "[, && or -- within a class";
    return *p == '-' && p[1] == '\\' && strchr("dDsSwW", p[2]) ? "a range that ends in a class" : NULL;
}

/* Length of {n}, {n,} or {n,m}, or 0: any other brace is refused by flag u. */
static size_t quantifier_length(const char *p)
{
    size_t low = strspn(p + 1, "0123456789");
    size_t high = p[1 + low] == ',' ? 1 + strspn(p + 2 + low, "0123456789") : 0;
    return low > 0 && p[1 + low + high] == '}' ? low + high + 2 : 0;
}

static const char *outside_trouble(const char *p)
{
    if (*p == '[' && (p[1] == ']' || (p[1] == '^' && p[2] == ']')))
        return "an empty class";
    size_t quantifier = *p == '{' ? quantifier_length(p) : strchr("*+?", *p) ? 1 : 0;
    if (*p == ']' || *p == '}' || (*p == '{' && !quantifier))
        return "a bracket or brace that is not escaped";
    if (*p == '(' && (p[1] == '*' || (p[1] == '?' && !strchr(":=!", p[2]))))
        return "a group that is not (, (?:, (?= or (?!";
    if (quantifier && p[quantifier] == '+')
        return "a possessive quantifier";
    return NULL;
}

/* Conservative: refuses more than it must. The pattern compiles in PCRE2; this looks for what ECMAScript with flag u
   refuses or understands otherwise. */
static const char *pattern_trouble(const char *p)
{
    bool in_class = false;
    for (; *p; p++) {
        const char *trouble = NULL;
        if (*p == '\\') {
            p++;
            if ((!escape_is_shared(*p) && !(in_class && *p == '-')) || (in_class && range_from_class(p)))
                return "an escape that differs between dialects";
        } else if ((unsigned char)*p < 0x20 || (unsigned char)*p > 0x7E) {
            return "a character that is not printable ASCII";
        } else if (in_class) {
            trouble = class_trouble(p);
            in_class = *p != ']';
        } else {
            trouble = outside_trouble(p);
            in_class = *p == '[';
            p += *p == '{' && !trouble ? quantifier_length(p) - 1 : 0;
        }
        if (trouble)
            return trouble;
    }
    return in_class ? "an open class" : NULL;
}

static void check_names(const char *where, json_t *schema)
{
    const char *name;
    json_t *property;
    json_object_foreach(json_obj(schema, "properties"), name, property) {
        if (strlen(name) > PROPERTY_NAME_MAX || !name[0])
            complain(where, "the length of a property's name", name);
        if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(name))
            complain(where, "a property is not named in snake_case", name);
    }
}

/* Nothing that the Gateway or a client refuses, at any depth. */
static void check_flat(const char *where, json_t *schema)
{
    static const char *const refused[] = {"$ref", "$defs", "$id", "$anchor", "anyOf", "oneOf", "allOf", "not", "if"};
    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        if (json_object_get(schema, refused[i]))
            complain(where, "not flat", refused[i]);
    const char *pattern = json_str(schema, "pattern", "");
    if (pattern_trouble(pattern))
        complain(where, pattern_trouble(pattern), pattern);
    check_names(where, schema);
    const char *name;
    json_t *property;
    json_object_foreach(json_obj(schema, "properties"), name, property)
        check_flat(where, property);
    static const char *const inner[] = {"items", "additionalProperties", "contains", "propertyNames"};
    for (size_t i = 0; i < ARRAY_LEN(inner); i++)
        if (json_obj(schema, inner[i]))
            check_flat(where, json_obj(schema, inner[i]));
}

static void check_schema(const char *where, json_t *document, const char *member)
{
    json_t *schema = json_obj(document, member);
    struct err e = {0};
    struct schema *compiled = schema ? schema_compile(schema, &e) : NULL;
    if (!compiled)
        complain(where, member, schema ? e.text : "missing");
    schema_free(compiled);
    if (strcmp(json_str(schema, "type", ""), "object") != 0)
        complain(where, member, "the root is not of type object");
    check_flat(where, schema);
    const char *required;
    size_t i;
    json_t *name;
    json_array_foreach(json_arr(schema, "required"), i, name) {
        required = json_string_value(name);
        if (!json_object_get(json_obj(schema, "properties"), required))
            complain(where, "required but not declared", required);
    }
}

/* Every argument says what it is for, and its default is a value it would take. */
static void check_arguments(const char *where, json_t *document)
{
    const char *name;
    json_t *property;
    json_object_foreach(json_obj(json_obj(document, "inputSchema"), "properties"), name, property) {
        if (!json_str(property, "description", "")[0])
            complain(where, "an argument without description", name);
        json_t *fallback = json_object_get(property, "default");
        struct err e = {0};
        struct schema *s = fallback ? schema_compile(property, NULL) : NULL;
        if (s && schema_check(s, fallback, &e))
            complain(where, "a default that does not fit", e.text);
        schema_free(s);
    }
}

static void check_annotations(const char *where, json_t *document, const struct tool *tool)
{
    static const char *const hints[] = {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"};
    json_t *annotations = json_obj(document, "annotations");
    for (size_t i = 0; i < ARRAY_LEN(hints); i++)
        if (!json_is_boolean(json_object_get(annotations, hints[i])))
            complain(where, "no annotation", hints[i]);
    bool reads = json_flag(annotations, "readOnlyHint", false);
    if (reads && json_flag(annotations, "destructiveHint", false))
        complain(where, "read only and destructive", NULL);
    if (reads == tool->writes)
        complain(where, "readOnlyHint contradicts the tool", NULL);
    if (json_object_size(annotations) != ARRAY_LEN(hints))
        complain(where, "annotations beside the four hints", NULL);
}

/* What a tool no longer takes is not among what it takes, and each says what to do instead. */
static void check_gone(const char *where, const json_t *document)
{
    const char *name;
    json_t *instead;
    json_object_foreach(json_obj(document, "gone"), name, instead) {
        if (json_object_get(json_obj(json_obj(document, "inputSchema"), "properties"), name))
            complain(where, "gone, and still taken", name);
        if (!json_string_length(instead))
            complain(where, "gone, and nothing is said of it", name);
    }
}

static void check_head(const char *where, json_t *document)
{
    static const char *const members[] = {"name",         "title",       "description", "inputSchema",
                                          "outputSchema", "annotations"};
    for (size_t i = 0; i < ARRAY_LEN(members); i++)
        if (!json_object_get(document, members[i]))
            complain(where, "missing", members[i]);
    if (json_object_size(document) != ARRAY_LEN(members) + (json_obj(document, "gone") != NULL))
        complain(where, "members nobody reads", NULL);
    check_gone(where, document);
    const char *name = json_str(document, "name", "");
    if (strlen(name) > NAME_MAX_CHARS || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(name))
        complain(where, "a name that some client refuses", name);
    json_t *input = json_obj(document, "inputSchema");
    if (!json_is_false(json_object_get(input, "additionalProperties")))
        complain(where, "unknown arguments are let through", NULL);
    auto_free char *output = json_text(json_obj(document, "outputSchema"), NULL);
    if (strlen(output) >= OUTPUT_SCHEMA_MAX)
        complain(where, "the output schema is long", NULL);
}

static const struct tool *registered(const char *name)
{
    for (size_t i = 0; i < tools_registry_count; i++)
        if (strcmp(tools_registry[i]->name, name) == 0)
            return tools_registry[i];
    return NULL;
}

static void check_document(const char *path)
{
    json_auto_t *document = read_document(path);
    const char *file = strrchr(path, '/') + 1;
    auto_free char *name = xstrndup(file, strlen(file) - strlen(".json"));
    if (strcmp(json_str(document, "name", ""), name) != 0)
        complain(file, "named otherwise inside", json_str(document, "name", ""));
    check_head(file, document);
    check_schema(file, document, "inputSchema");
    check_schema(file, document, "outputSchema");
    check_arguments(file, document);
    const struct tool *tool = registered(name);
    if (!tool) {
        complain(file, "no tool of that name", NULL);
        return;
    }
    check_annotations(file, document, tool);
    struct err e = {0};
    json_auto_t *embedded = json_parse(tool->document, tool->document_len, JSON_DEPTH_CLIENT, &e);
    if (!embedded || !json_equal(embedded, document))
        complain(file, "what is embedded differs", e.text);
}

static void test_documents_and_tools_agree(void **state)
{
    (void)state;
    const char *root = getenv("LW_SOURCE_ROOT");
    assert_non_null(root);
    auto_free char *wildcard = xasprintf("%s/schema/tools/*.json", root);
    glob_t found;
    assert_int_equal(glob(wildcard, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        check_document(found.gl_pathv[i]);
    if (found.gl_pathc != tools_registry_count)
        complain("tools/registry.c", "as many tools as documents are wanted", NULL);
    globfree(&found);
    assert_int_equal(complaints, 0);
}

static size_t shown_length(const struct tool *tool)
{
    json_auto_t *document = json_parse(tool->document, tool->document_len, JSON_DEPTH_CLIENT, NULL);
    json_object_del(document, "outputSchema");
    json_object_del(document, "gone"); /* no client sees it */
    auto_free char *text = json_text(document, NULL);
    return strlen(text);
}

static void test_a_model_is_shown_little(void **state)
{
    (void)state;
    size_t total = 0;
    for (size_t i = 0; i < tools_registry_count; i++)
        total += shown_length(tools_registry[i]);
    if (total > SHOWN_MAX)
        for (size_t i = 0; i < tools_registry_count; i++)
            print_message("%s: %zu characters\n", tools_registry[i]->name, shown_length(tools_registry[i]));
    assert_in_range(total, 1, SHOWN_MAX);
}

static void test_registry_is_sorted(void **state)
{
    (void)state;
    for (size_t i = 1; i < tools_registry_count; i++)
        if (strcmp(tools_registry[i - 1]->name, tools_registry[i]->name) >= 0)
            fail_msg("%s stands before %s", tools_registry[i - 1]->name, tools_registry[i]->name);
    assert_true(tools_registry_count > 0);
}

/* The pattern check itself, or it could pass by never complaining. */
static void test_patterns_of_one_dialect_are_seen(void **state)
{
    (void)state;
    static const char *const good[] = {"^[A-Za-z0-9_-]{1,255}$", "^(?:a|b)\\.c$", "^[a-z]{2}(-[a-z]+)+$",
                                       "[\\w\\-]", "a{1,}b{2}", "[\\w-]"};
    static const char *const bad[] = {"\\A", "\\z", "\\h", "(?i)a", "(?<n>a)", "(?>a)", "a++", "[[:alpha:]]", "\\-",
                                      "[]a]", "(*UCP)a", "[a", "\\_", "ä", "a{2}+", "[a&&b]",
                                      "a{", "a{,2}", "a]", "a}", "[\\w-x]", "[a-\\d]"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        if (pattern_trouble(good[i]))
            fail_msg("%s: %s", good[i], pattern_trouble(good[i]));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (!pattern_trouble(bad[i]))
            fail_msg("%s was taken", bad[i]);
}

int main(void)
{
    json_setup();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_documents_and_tools_agree),
        cmocka_unit_test(test_a_model_is_shown_little),
        cmocka_unit_test(test_registry_is_sorted),
        cmocka_unit_test(test_patterns_of_one_dialect_are_seen),
    };
    return cmocka_run_group_tests_name("documents", tests, NULL, NULL);
}
