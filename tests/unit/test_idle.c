/* What an idle process gives back: memory that was freed, and in the static program what the start ran. */
#include "tests/unit/cmocka_all.h"

#include "base/idle.h"
#include "base/own.h"

#include <link.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The sanitizers bring an allocator of their own, which keeps what is freed. */
#if defined(__has_feature)
#define HAS_FEATURE(name) __has_feature(name)
#else
#define HAS_FEATURE(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || HAS_FEATURE(address_sanitizer) || \
    HAS_FEATURE(thread_sanitizer)
enum { allocator_is_glibc = false };
#else
enum { allocator_is_glibc = true };
#endif

/* KiB of that line of /proc/self/smaps_rollup, which counts page by page. */
static long held_kib(const char *name)
{
    char line[256];
    long kib = -1;
    FILE *f = fopen("/proc/self/smaps_rollup", "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f))
        if (strncmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':')
            kib = strtol(line + strlen(name) + 1, NULL, 10);
    fclose(f);
    assert_true(kib >= 0);
    return kib;
}

/* Many small blocks, of which only the last stays: free() alone keeps what lies before it. */
static void freed_memory_goes_back(void **state)
{
    (void)state;
    enum { BLOCKS = 20000, SIZE = 1100 };
    char **blocks = xcalloc(BLOCKS, sizeof *blocks);
    for (int i = 0; i < BLOCKS; i++)
        memset(blocks[i] = xmalloc(SIZE), 1, SIZE);
    for (int i = 0; i < BLOCKS - 1; i++)
        free(blocks[i]);
    long kept = held_kib("Anonymous");
    idle_rest();
    if (allocator_is_glibc)
        assert_true(held_kib("Anonymous") < kept - BLOCKS * SIZE / 1024 / 2);
    free(blocks[BLOCKS - 1]);
    free(blocks);
}

static int names_a_loader(struct dl_phdr_info *program, size_t size, void *found)
{
    (void)size;
    for (int i = 0; i < program->dlpi_phnum; i++)
        *(bool *)found |= program->dlpi_phdr[i].p_type == PT_INTERP;
    return 1;
}

static const char constant[] = "what is read-only is still there";
static const char *const relocated[] = {constant};

/* Code, constants and what was relocated at the start are as before; a static program holds less of its file. */
static void the_program_goes_on(void **state)
{
    (void)state;
    bool dynamic = false;
    dl_iterate_phdr(names_a_loader, &dynamic);
    long before = held_kib("Rss") - held_kib("Anonymous");
    idle_rest();
    long after = held_kib("Rss") - held_kib("Anonymous");
    assert_string_equal(relocated[0], constant);
    if (!dynamic)
        assert_true(after < before);
}

static void *rest_often(void *unused)
{
    for (int i = 0; i < 200; i++)
        idle_rest();
    return unused;
}

static void others_may_run_beside_it(void **state)
{
    (void)state;
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, rest_often, NULL), 0);
    for (int i = 0; i < 2000; i++) {
        auto_free char *text = xasprintf("%s %d", relocated[0], i);
        assert_memory_equal(text, constant, sizeof constant - 1);
    }
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(freed_memory_goes_back), cmocka_unit_test(the_program_goes_on),
                                       cmocka_unit_test(others_may_run_beside_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
