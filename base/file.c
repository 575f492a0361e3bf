#include "base/file.h"

#include "base/own.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int file_read(const char *path, struct buf *out, struct err *e)
{
    auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(e, ERR_CONFIG, "%s: %s", path, strerrordesc_np(errno));
    char chunk[4096];
    for (;;) {
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(e, ERR_CONFIG, "%s: %s", path, strerrordesc_np(errno));
        if (n == 0)
            return 0;
        if (buf_add(out, chunk, (size_t)n))
            return err_set(e, ERR_CONFIG, "%s: larger than %zu bytes", path, out->max);
    }
}
