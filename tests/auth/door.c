#include "tests/unit/cmocka_all.h"

#include "tests/auth/door.h"

#include "base/own.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static _Atomic int64_t clock_s = MINT_NOW_S;

void door_set_clock(int64_t now_s)
{
    clock_s = now_s;
}

int64_t door_wall_ms(void)
{
    return clock_s * 1000;
}

struct auth_options door_options(void)
{
    static const char *const clients[] = {"client-one"};
    return (struct auth_options){
        .mode = AUTH_COGNITO,
        .issuer = "https://issuer.example/pool_1",
        .client_ids = clients,
        .client_id_count = 1,
        .leeway_s = 30,
        .wall_ms = door_wall_ms,
    };
}

int door_file(const char *text, size_t n, char *path)
{
    int fd = memfd_create("keys", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, n), n);
    snprintf(path, 64, "/proc/self/fd/%d", fd);
    return fd;
}

struct auth *door_new(const struct mint *m, struct auth_options o)
{
    char path[64];
    size_t n;
    auto_free char *text = mint_jwks_text(m, &n);
    int fd = door_file(text, n, path);
    o.jwks_file = path;
    struct err e = {0};
    struct auth *a = auth_new(&o, &e);
    close(fd);
    if (!a)
        fail_msg("auth_new: %s", e.text);
    return a;
}

const char *verdict_name(enum auth_verdict verdict)
{
    static const char *const names[] = {
        [AUTH_OK] = "ok",           [AUTH_MISSING] = "missing",       [AUTH_MALFORMED] = "malformed",
        [AUTH_INVALID] = "invalid", [AUTH_NEEDS_KEYS] = "needs-keys", [AUTH_UNAVAILABLE] = "unavailable",
    };
    return names[verdict];
}

enum auth_verdict door_knock(struct auth *a, const char *token, struct caller *caller, struct err *e)
{
    auto_free char *value = xasprintf("Bearer %s", token);
    return auth_check(a, value, strlen(value), caller, e);
}
