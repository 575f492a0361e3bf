#include "tools/names.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/own.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* One list: its names, each ended by a newline. A json_t belongs to one thread, so text is kept. */
struct kept {
    char *list, *names;
    int64_t at_mono_ms;
    struct kept *next;
};

struct names {
    pthread_mutex_t lock; /* guards what follows */
    struct kept *newest;
};

struct names *names_new(void)
{
    struct names *n = xcalloc(1, sizeof *n);
    pthread_mutex_init(&n->lock, NULL);
    return n;
}

/* Unhooks and frees the list at that place; nothing where there is none. */
static void drop(struct kept **place)
{
    struct kept *k = *place;
    if (!k)
        return;
    *place = k->next;
    free(k->list);
    free(k->names);
    free(k);
}

void names_free(struct names *n)
{
    if (!n)
        return;
    while (n->newest)
        drop(&n->newest);
    pthread_mutex_destroy(&n->lock);
    free(n);
}

static struct kept **find(struct names *n, const char *list)
{
    struct kept **place = &n->newest;
    while (*place && strcmp((*place)->list, list) != 0)
        place = &(*place)->next;
    return place;
}

void names_keep(struct names *n, const char *list, const json_t *names)
{
    auto_buf struct buf text = BUF_INIT(NAMES_BYTES_MAX);
    size_t i;
    json_t *name;
    json_array_foreach(names, i, name)
        if (json_is_string(name) && !strpbrk(json_string_value(name), "\n"))
            buf_addf(&text, "%s\n", json_string_value(name));
    struct kept *k = xcalloc(1, sizeof *k);
    k->list = xstrdup(list);
    k->names = buf_steal(&text, NULL);
    k->at_mono_ms = clock_mono_ms();
    pthread_mutex_lock(&n->lock);
    drop(find(n, list));
    k->next = n->newest;
    n->newest = k;
    struct kept **last = &n->newest;
    for (int kept = 0; *last && kept < NAMES_LISTS_MAX; kept++)
        last = &(*last)->next;
    drop(last);
    pthread_mutex_unlock(&n->lock);
}

json_t *names_kept(struct names *n, const char *list)
{
    json_t *names = NULL;
    pthread_mutex_lock(&n->lock);
    const struct kept *k = *find(n, list);
    if (k && clock_mono_ms() - k->at_mono_ms < NAMES_KEPT_MS) {
        names = json_array();
        for (const char *p = k->names; *p; p += strcspn(p, "\n") + 1)
            json_array_append_new(names, json_stringn(p, strcspn(p, "\n")));
    }
    pthread_mutex_unlock(&n->lock);
    return names;
}
