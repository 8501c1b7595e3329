/*
 * The modules of the running process as a profile records them, so that
 * addresses of its own code can be symbolised.
 */
#include "config.h"

#include "profile_maker.h"

#include <elf.h>
#include <limits.h>
#include <link.h>
#include <string.h>
#include <unistd.h>


static void
maker_build_id(np_format_module_t *r, const struct dl_phdr_info *info,
               const ElfW(Phdr) * p)
{
    const char *at = (const char *) (info->dlpi_addr + p->p_vaddr);
    const char *end = at + p->p_memsz;

    while (at + sizeof(ElfW(Nhdr)) <= end) {
        const ElfW(Nhdr) *n = (const ElfW(Nhdr) *) at;
        const char *name = at + sizeof(*n);
        const char *value = name + ((n->n_namesz + 3u) & ~3u);

        if (n->n_type == NT_GNU_BUILD_ID && n->n_namesz == 4
            && memcmp(name, "GNU", 4) == 0
            && n->n_descsz <= sizeof(r->build_id)) {
            r->build_id_length = n->n_descsz;
            memcpy(r->build_id, value, n->n_descsz);
        }
        at = value + ((n->n_descsz + 3u) & ~3u);
    }
}


static int
maker_own_module(struct dl_phdr_info *info, size_t size, void *data)
{
    np_format_module_t *r;
    uint64_t            start = UINT64_MAX, end = 0;
    char                path[PATH_MAX] = "";
    const char         *name = info->dlpi_name;

    (void) size;
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        uint64_t at = info->dlpi_addr + p->p_vaddr;

        if (p->p_type == PT_LOAD) {
            start = at < start ? at : start;
            end = at + p->p_memsz > end ? at + p->p_memsz : end;
        }
    }
    if (*name == '\0') {
        if (readlink("/proc/self/exe", path, sizeof(path) - 1) < 0) {
            return 0;
        }
        name = path;
    }
    r = maker_module(data, name, start, end, info->dlpi_addr);
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        if (info->dlpi_phdr[i].p_type == PT_NOTE) {
            maker_build_id(r, info, &info->dlpi_phdr[i]);
        }
    }
    return 0;
}


void
maker_own_modules(maker_t *m)
{
    (void) dl_iterate_phdr(maker_own_module, m);
}
