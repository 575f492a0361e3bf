#include "base/idle.h"

#include <link.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* Whether the program loads its libraries at run time: then it has little code of its own, and other processes share theirs. */
static bool is_dynamic(const struct dl_phdr_info *program)
{
    for (int i = 0; i < program->dlpi_phnum; i++)
        if (program->dlpi_phdr[i].p_type == PT_INTERP)
            return true;
    return false;
}

/* The first object is the program. Only what cannot be written is touched: those pages are the file's, and nothing is lost. What
   was written at the start and protected since (PT_GNU_RELRO) lies in a segment that can be. */
static int segments_unmap(struct dl_phdr_info *program, size_t size, void *unused)
{
    (void)size, (void)unused;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int i = 0; i < program->dlpi_phnum && !is_dynamic(program); i++) {
        const ElfW(Phdr) *segment = &program->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || segment->p_flags & PF_W)
            continue;
        uintptr_t begin = (program->dlpi_addr + segment->p_vaddr) / page * page;
        uintptr_t end = program->dlpi_addr + segment->p_vaddr + segment->p_memsz;
        madvise((void *)begin, end - begin, MADV_DONTNEED); /* a hint: what the kernel declines stays as it is */
    }
    return 1;
}

void idle_rest(void)
{
    malloc_trim(0);
    dl_iterate_phdr(segments_unmap, NULL);
}
