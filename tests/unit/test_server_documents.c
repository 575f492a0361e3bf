/* Documents that are read when one is first needed, and the lists made of them. */
#include "tests/unit/cmocka_all.h"

#include "base/json.h"
#include "base/own.h"
#include "server/documents.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 8

/* A shelf of books. */
struct book {
    struct document document; /* first */
    const char *text;
};

struct shelf {
    struct documents documents; /* first */
    struct book books[3];
};

static int reads, lists; /* how often, counted under the shelf's lock */

static int read_books(struct documents *d, struct err *e)
{
    struct shelf *s = (void *)d;
    reads++;
    for (size_t i = 0; i < ARRAY_LEN(s->books); i++)
        if (document_read(&s->books[i].document, "book", s->books[i].text, strlen(s->books[i].text), e))
            return -1;
    return 0;
}

static struct result_text list_books(const struct documents *d, unsigned which, enum version v)
{
    const struct shelf *s = (const void *)d;
    lists++;
    json_auto_t *titles = json_array();
    for (size_t i = which; i < ARRAY_LEN(s->books); i++)
        json_array_append(titles, json_object_get(s->books[i].document.json, "title"));
    json_array_append_new(titles, json_integer(v));
    return result_text_of(titles);
}

static void shelf_init(struct shelf *s, const char *last_text)
{
    *s = (struct shelf){.books = {{{.name = "a"}, "{\"name\":\"a\",\"title\":\"A\"}"},
                                  {{.name = "b"}, "{\"name\":\"b\",\"title\":\"B\"}"},
                                  {{.name = "c"}, last_text}}};
    reads = lists = 0;
    documents_init(&s->documents, read_books, list_books, NULL);
}

static void shelf_done(struct shelf *s)
{
    for (size_t i = 0; i < ARRAY_LEN(s->books); i++)
        json_decref(s->books[i].document.json);
    documents_done(&s->documents);
}

struct reader {
    pthread_t thread;
    struct shelf *shelf;
    const struct result_text *got;
};

static void *read_list(void *reader)
{
    struct reader *r = reader;
    r->got = documents_list(&r->shelf->documents, 1, VERSION_2025_06_18);
    return NULL;
}

static void all_threads_get_what_one_of_them_made(void **state)
{
    (void)state;
    struct shelf s;
    shelf_init(&s, "{\"name\":\"c\",\"title\":\"C\"}");
    struct reader readers[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        readers[i] = (struct reader){.shelf = &s};
        assert_int_equal(pthread_create(&readers[i].thread, NULL, read_list, &readers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(readers[i].thread, NULL);
        assert_ptr_equal(readers[i].got, readers[0].got);
    }
    auto_free char *wanted = xasprintf("[\"B\",\"C\",%d]", VERSION_2025_06_18);
    assert_string_equal(readers[0].got->json, wanted);
    assert_int_equal(reads, 1);
    assert_int_equal(lists, 1);
    shelf_done(&s);
}

static void each_list_of_each_revision_is_its_own(void **state)
{
    (void)state;
    struct shelf s;
    shelf_init(&s, "{\"name\":\"c\",\"title\":\"C\"}");
    const struct result_text *first = documents_list(&s.documents, 0, VERSION_2025_03_26);
    assert_ptr_not_equal(documents_list(&s.documents, 2, VERSION_2025_03_26), first);
    assert_ptr_not_equal(documents_list(&s.documents, 0, VERSION_2025_11_25), first);
    assert_ptr_equal(documents_list(&s.documents, 0, VERSION_2025_03_26), first);
    assert_int_equal(lists, 3);
    shelf_done(&s);
}

static void bad_documents_are_named(void **state)
{
    static const struct {
        const char *text, *words;
    } bad[] = {{"{\"name\":", "book document c"}, {"{\"name\":\"d\"}", "book document c: its name is \"d\""},
               {"{}", "book document c: its name is \"\""}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct shelf s;
        struct err e = {0};
        shelf_init(&s, bad[i].text);
        assert_int_equal(documents_read(&s.documents, &e), -1);
        assert_non_null(strstr(e.text, bad[i].words));
        shelf_done(&s);
    }
}

static void names_are_found_in_sorted_tables(void **state)
{
    struct book books[] = {{.document.name = "a"}, {.document.name = "ab"}, {.document.name = "c"}};
    struct err e = {0};
    (void)state;
    assert_int_equal(document_check_order(books, 3, sizeof *books, "book", &e), 0);
    for (size_t i = 0; i < 3; i++)
        assert_ptr_equal(document_find(books, 3, sizeof *books, books[i].document.name), &books[i]);
    assert_null(document_find(books, 3, sizeof *books, "b"));
    assert_null(document_find(NULL, 0, sizeof *books, "a"));
    books[2].document.name = "ab";
    assert_int_equal(document_check_order(books, 3, sizeof *books, "book", &e), -1);
    assert_string_equal(e.text, "the book table is not sorted at ab");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_threads_get_what_one_of_them_made),
        cmocka_unit_test(each_list_of_each_revision_is_its_own),
        cmocka_unit_test(bad_documents_are_named),
        cmocka_unit_test(names_are_found_in_sorted_tables),
    };
    return cmocka_run_group_tests_name("server_documents", tests, NULL, NULL);
}
