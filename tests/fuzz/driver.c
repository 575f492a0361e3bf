/* Replays a corpus without libFuzzer: each file of the folder named, whole and cut short, as one TAP test. */
#include "tests/fuzz/fuzz.h"

#include "base/own.h"

#include <dirent.h>
#include <string.h>

#define INPUT_MAX (1u << 20)

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Bytes of the file in memory of exactly that size, so that a sanitizer sees every step beyond them. */
static void replay(const uint8_t *bytes, size_t n)
{
    auto_free uint8_t *exact = xmalloc(n);
    if (n)
        memcpy(exact, bytes, n);
    LLVMFuzzerTestOneInput(exact, n);
}

static int replay_file(const char *folder, const char *name)
{
    auto_free char *path = xasprintf("%s/%s", folder, name);
    FILE *f = fopen(path, "rb");
    if (!f)
        return -1;
    auto_free uint8_t *bytes = xmalloc(INPUT_MAX);
    size_t n = fread(bytes, 1, INPUT_MAX, f);
    fclose(f);
    replay(bytes, n);
    for (size_t part = 1; part < 8; part++)
        replay(bytes, n * part / 8);
    return 0;
}

int main(int argc, char **argv)
{
    struct dirent **entries;
    int n = argc == 2 ? scandir(argv[1], &entries, visible, alphasort) : -1;
    if (n < 1) {
        fprintf(stderr, "usage: %s FOLDER (with at least one input)\n", argv[0]);
        return EXIT_FAILURE;
    }
    int failed = 0;
    printf("1..%d\n", n);
    for (int i = 0; i < n; i++) {
        int wrong = replay_file(argv[1], entries[i]->d_name);
        printf("%sok %d - %s\n", wrong ? "not " : "", i + 1, entries[i]->d_name);
        fflush(stdout);
        failed |= wrong;
        free(entries[i]);
    }
    free(entries);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
