#include "aws/profile.h"

#include "base/own.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What tells one state of a file from the next. All zero: not there. */
struct stamp {
    int64_t sec;
    int64_t nsec;
    int64_t size;
    uint64_t inode;
    uint64_t device;
};

struct shared_file {
    char *path; /* NULL when there is no HOME to look in */
    enum config_kind kind;
    struct stamp stamp;
};

enum { CONFIG, CREDENTIALS, FILES };

struct profiles {
    struct shared_file files[FILES];
    pthread_mutex_t lock; /* guards the stamps and all below; held while the files are read */
    struct profile_set *set;
    struct err failure; /* why there is no set for these stamps */
    int64_t version;    /* 0 until first looked */
};

static char *shared_path(const struct aws_env *env, const char *variable, const char *below_home)
{
    const char *home = aws_env_get(env, "HOME");
    const char *path = aws_env_get(env, variable);
    if (path && strncmp(path, "~/", 2) == 0 && home)
        return xasprintf("%s%s", home, path + 1);
    if (path)
        return xstrdup(path);
    return home ? xasprintf("%s%s", home, below_home) : NULL;
}

struct profiles *profiles_new(const struct aws_env *env)
{
    struct profiles *p = xcalloc(1, sizeof *p);
    p->files[CONFIG] = (struct shared_file){.path = shared_path(env, "AWS_CONFIG_FILE", "/.aws/config"),
                                            .kind = CONFIG_KIND_CONFIG};
    p->files[CREDENTIALS] =
        (struct shared_file){.path = shared_path(env, "AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials"),
                             .kind = CONFIG_KIND_CREDENTIALS};
    pthread_mutex_init(&p->lock, NULL);
    return p;
}

void profiles_free(struct profiles *p)
{
    if (!p)
        return;
    profile_set_unref(p->set);
    for (int i = 0; i < FILES; i++)
        free(p->files[i].path);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

static struct stamp stamp_of(const char *path)
{
    struct stat st;
    if (!path || stat(path, &st) < 0)
        return (struct stamp){0};
    return (struct stamp){.sec = st.st_mtim.tv_sec,
                          .nsec = st.st_mtim.tv_nsec,
                          .size = st.st_size,
                          .inode = st.st_ino,
                          .device = st.st_dev};
}

static bool stamps_equal(const struct stamp *a, const struct stamp *b)
{
    return a->sec == b->sec && a->nsec == b->nsec && a->size == b->size && a->inode == b->inode &&
           a->device == b->device;
}

/* Reads at most one byte more than is allowed, which the parser then refuses. -1 where the file cannot be read. */
static ssize_t read_file(const char *path, char *text, size_t size)
{
    auto_close int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return -1; /* a directory, a device: nothing to be read here */
    size_t len = 0;
    while (len < size) {
        ssize_t n = read(fd, text + len, size - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        len += (size_t)n;
    }
    return (ssize_t)len;
}

static struct config_file *load(const struct shared_file *f, struct err *e)
{
    size_t size = CONFIG_FILE_MAX + 1;
    auto_free char *text = xmalloc(size);
    ssize_t n = read_file(f->path, text, size);
    size_t len = n < 0 ? 0 : (size_t)n;
    struct config_file *file = config_parse(text, len, f->kind, f->path ? f->path : "", e);
    OPENSSL_cleanse(text, len);
    return file;
}

/* With p->lock held: reads both, or records why not. */
static void reload(struct profiles *p)
{
    profile_set_unref(p->set);
    p->set = NULL;
    err_clear(&p->failure);
    struct config_file *config = load(&p->files[CONFIG], &p->failure);
    struct config_file *credentials = config ? load(&p->files[CREDENTIALS], &p->failure) : NULL;
    if (!credentials) {
        config_free(config);
        return;
    }
    p->set = xmalloc(sizeof *p->set);
    *p->set = (struct profile_set){
        .refs = 1,
        .config = config,
        .credentials = credentials,
        .config_path = p->files[CONFIG].path ? p->files[CONFIG].path : "~/.aws/config",
        .credentials_path = p->files[CREDENTIALS].path ? p->files[CREDENTIALS].path : "~/.aws/credentials"};
}

/* With p->lock held. */
static void look(struct profiles *p)
{
    bool changed = p->version == 0;
    for (int i = 0; i < FILES; i++) {
        struct stamp now = stamp_of(p->files[i].path);
        if (!stamps_equal(&now, &p->files[i].stamp))
            changed = true;
        p->files[i].stamp = now;
    }
    if (changed) {
        p->version++;
        reload(p);
    }
}

struct profile_set *profiles_get(struct profiles *p, struct err *e)
{
    pthread_mutex_lock(&p->lock);
    look(p);
    struct profile_set *s = p->set;
    if (s)
        atomic_fetch_add(&s->refs, 1);
    else
        err_set(e, p->failure.kind, "%s", p->failure.text);
    pthread_mutex_unlock(&p->lock);
    return s;
}

int64_t profiles_version(struct profiles *p)
{
    pthread_mutex_lock(&p->lock);
    look(p);
    int64_t version = p->version;
    pthread_mutex_unlock(&p->lock);
    return version;
}

void profile_set_unref(struct profile_set *s)
{
    if (!s || atomic_fetch_sub(&s->refs, 1) != 1)
        return;
    config_free(s->config);
    config_free(s->credentials);
    free(s);
}

void profile_set_cleanup(struct profile_set **s)
{
    profile_set_unref(*s);
}

bool profile_exists(const struct profile_set *s, const char *profile)
{
    return config_has(s->config, "profile", profile) || config_has(s->credentials, "profile", profile);
}

const char *profile_value(const struct profile_set *s, const char *profile, const char *key)
{
    const char *value = config_value(s->credentials, "profile", profile, key, NULL);
    return value ? value : config_value(s->config, "profile", profile, key, NULL);
}

void profile_names(const struct profile_set *s, struct buf *out)
{
    const char *name;
    const char *comma = "";
    for (size_t i = 0; (name = config_profile(s->config, i)); i++, comma = ", ")
        buf_addf(out, "%s%s", comma, name);
    for (size_t i = 0; (name = config_profile(s->credentials, i)); i++) {
        if (config_has(s->config, "profile", name))
            continue;
        buf_addf(out, "%s%s", comma, name);
        comma = ", ";
    }
}
