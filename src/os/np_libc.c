#include "config.h"

#include "os/np_libc.h"

#include <dlfcn.h>
#include <link.h>
#include <stdint.h>
#include <string.h>

#include "base/np_out.h"
#include "os/np_env.h"

typedef int (*np_libc_module_pt)(struct dl_phdr_info *info, size_t size,
                                 void *data);
typedef int (*np_libc_iterate_pt)(np_libc_module_pt each, void *data);

typedef struct {
    uintptr_t addr;
    np_out_t  out;
} np_libc_where_t;


void *
np_libc_find(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}


void *
np_libc_in_force(const char *name)
{
    return dlsym(RTLD_DEFAULT, name);
}


/* the last part of a file's name, on one line whatever it holds */
static void
np_libc_name(np_out_t *o, const char *path)
{
    const char *s = strrchr(path, '/');
    char        c;

    for (s = s != NULL ? s + 1 : path; *s != '\0'; s++) {
        c = (unsigned char) *s < 0x20 || *s == 0x7f ? '?' : *s;
        np_out_bytes(o, &c, 1);
    }
}


/* 1, which ends the search, if the address lies in this module */
static int
np_libc_module(struct dl_phdr_info *info, size_t size NP_UNUSED, void *data)
{
    np_libc_where_t *where = data;
    const ElfW(Phdr) *p = info->dlpi_phdr;
    const ElfW(Phdr) *end = p + info->dlpi_phnum;
    uintptr_t offset = where->addr - info->dlpi_addr;

    for (; p < end; p++) {
        if (p->p_type == PT_LOAD && offset - p->p_vaddr < p->p_memsz) {
            np_libc_name(&where->out, info->dlpi_name[0] != '\0'
                                          ? info->dlpi_name
                                          : np_env_program());
            np_outf(&where->out, "+0x%zx", (size_t) offset);
            return 1;
        }
    }

    return 0;
}


void
np_libc_where(const void *addr, char *buf, size_t n)
{
    np_libc_where_t    where = {.addr = (uintptr_t) addr};
    np_libc_iterate_pt iterate
        = (np_libc_iterate_pt) np_libc_find("dl_iterate_phdr");

    np_out_init(&where.out, -1, buf, n);

    if (iterate == NULL || iterate(np_libc_module, &where) == 0) {
        np_outf(&where.out, "%p", addr);
    }

    (void) np_out_flush(&where.out);
}
