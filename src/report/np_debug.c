/*
 * The file of one module, with its debug information, by elfutils' libdwfl.
 *
 * A file is taken if its build-id is that of the module which ran; a file
 * with another one would give wrong names.  Without the file there may still
 * be its separate debug file, named by the build-id, which has all names, too.
 * Servers are asked only on request: libdwfl's own search does it whenever
 * DEBUGINFOD_URLS is set, so it is used only then.
 */
#include "config.h"

#include "report/np_debug.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwelf.h>
#include <elfutils/libdwfl.h>

#include "report/np_debug_frames.h"
#include "report/np_debug_symbols.h"

#define NP_DEBUG_FOLDER "/usr/lib/debug"

struct np_debug_s {
    Dwfl          *dwfl;
    Dwfl_Module   *module;
    Dwfl_Callbacks callbacks;
    char          *folder; /* of separate files */

    np_debug_units_t   units;
    np_debug_symbols_t symbols; /* once indexed */
    int                indexed;
};


/* by build-id only: nobody is asked over the network */
static int
np_debug_find_separate(Dwfl_Module *m, void **data, const char *name,
                       Dwarf_Addr base, const char *file, const char *link,
                       GElf_Word crc, char **found)
{
    return dwfl_build_id_find_debuginfo(m, data, name, base, file, link, crc,
                                        found);
}


/* a regular file, or -1 */
static int
np_debug_open_file(const char *name)
{
    struct stat st;
    int         fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
        (void) close(fd);
        fd = -1;
    }
    return fd;
}


/* 1: it is the module's, or nobody can tell; 0: another; -1: no ELF file */
static int
np_debug_is_same(int fd, const np_module_t *m)
{
    const void *id;
    ssize_t     n;
    Elf        *elf;
    int         same = 1;

    (void) elf_version(EV_CURRENT);
    elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
    if (elf == NULL || elf_kind(elf) != ELF_K_ELF) {
        (void) elf_end(elf);
        return -1;
    }
    n = dwelf_elf_gnu_build_id(elf, &id);
    if (m->build_id_length != 0) {
        same = n == (ssize_t) m->build_id_length
               && memcmp(id, m->build_id, (size_t) n) == 0;
    }
    (void) elf_end(elf);
    return same;
}


/* "FOLDER/.build-id/ab/cdef.debug" */
static char *
np_debug_by_id(const char *folder, const np_module_t *m)
{
    char  hex[2 * sizeof(m->build_id) + 1], *name;
    char *at = hex;

    if (m->build_id_length < 2) {
        return NULL;
    }
    for (unsigned i = 0; i < m->build_id_length; i++) {
        at += sprintf(at, "%02x", m->build_id[i]);
    }
    if (asprintf(&name, "%s/.build-id/%.2s/%s.debug", folder, hex, hex + 2)
        < 0) {
        return NULL;
    }
    return name;
}


/* the descriptor of *name, which the caller frees, or -1 */
static int
np_debug_choose(const np_module_t *m, const char *sysroot, const char *folder,
                char **name, int *differs)
{
    int fd = -1, same;

    *name = NULL;
    *differs = 0;
    if (m->path[0] == '/' && asprintf(name, "%s%s", sysroot, m->path) >= 0) {
        fd = np_debug_open_file(*name);
        same = fd >= 0 ? np_debug_is_same(fd, m) : -1;
        if (same == 1) {
            return fd;
        }
        *differs = same == 0;
    }
    if (fd >= 0) {
        (void) close(fd);
    }
    free(*name);
    *name = np_debug_by_id(folder, m);
    fd = *name != NULL ? np_debug_open_file(*name) : -1;
    if (fd >= 0 && np_debug_is_same(fd, m) != 1) {
        (void) close(fd);
        fd = -1;
    }
    return fd;
}


/* fd -1: a server may have the file */
static int
np_debug_report(np_debug_t *d, const np_module_t *m, const char *name, int fd)
{
    d->dwfl = dwfl_begin(&d->callbacks);
    if (d->dwfl == NULL) {
        return -1;
    }
    dwfl_report_begin(d->dwfl);
    if (fd >= 0) {
        d->module = dwfl_report_elf(d->dwfl, name, name, fd, 0, true);
    } else {
        d->module = dwfl_report_module(d->dwfl, m->path, m->start - m->bias,
                                       m->end - m->bias);
        if (d->module != NULL
            && dwfl_module_report_build_id(d->module, m->build_id,
                                           m->build_id_length, 0)
                   != 0) {
            d->module = NULL;
        }
    }
    return dwfl_report_end(d->dwfl, NULL, NULL) == 0 && d->module != NULL ? 0
                                                                          : -1;
}


np_debug_t *
np_debug_open(const np_module_t *m, const np_symbols_options_t *o,
              int *differs)
{
    const char *sysroot = o->sysroot != NULL ? o->sysroot : "";
    np_debug_t *d = calloc(1, sizeof(*d));
    char       *name = NULL;
    int         fd = -1, rc;

    *differs = 0;
    if (d == NULL
        || asprintf(&d->folder, "%s%s", o->debug != NULL ? "" : sysroot,
                    o->debug != NULL ? o->debug : NP_DEBUG_FOLDER)
               < 0) {
        free(d);
        return NULL;
    }
    d->callbacks.find_elf = dwfl_build_id_find_elf;
    d->callbacks.find_debuginfo = o->debuginfod ? dwfl_standard_find_debuginfo
                                                : np_debug_find_separate;
    d->callbacks.section_address = dwfl_offline_section_address;
    d->callbacks.debuginfo_path = &d->folder;
    fd = np_debug_choose(m, sysroot, d->folder, &name, differs);
    if (fd < 0 && (!o->debuginfod || m->build_id_length == 0)) {
        rc = -1;
    } else {
        rc = np_debug_report(d, m, name, fd);
        if (rc != 0 && fd >= 0 && d->module == NULL) {
            (void) close(fd);
        }
    }
    free(name);
    if (rc != 0) {
        np_debug_close(d);
        return NULL;
    }
    return d;
}


void
np_debug_close(np_debug_t *d)
{
    if (d == NULL) {
        return;
    }
    np_debug_units_free(&d->units);
    np_debug_symbols_free(&d->symbols);
    if (d->dwfl != NULL) {
        dwfl_end(d->dwfl);
    }
    free(d->folder);
    free(d);
}


void
np_debug_find(np_debug_t *d, uint64_t address, np_debug_found_t *found)
{
    const np_debug_symbol_t *s;
    np_debug_frame_t        *outer;
    int                      inside;

    found->n = 0;
    found->near = NULL;
    found->start = 0;
    np_debug_frames(&d->units, d->module, address, found);
    outer = &found->frame[found->n == 0 ? 0 : found->n - 1];
    if (found->n != 0 && outer->linkage != NULL) {
        return;
    }
    if (!d->indexed) {
        np_debug_symbols_read(&d->symbols, d->module);
        d->indexed = 1;
    }
    s = np_debug_symbols_find(&d->symbols, address, &inside);
    if (s == NULL) {
        return;
    }
    if (inside && found->start == 0) {
        found->start = s->address;
    }
    if (found->n != 0) {
        /* C has no linkage names of its own */
        outer->linkage = inside ? s->name : NULL;
    } else if (inside) {
        /* the line may be known */
        outer->name = NULL;
        outer->linkage = s->name;
        outer->scope = s->file;
        found->n = 1;
    } else {
        found->near = s->name;
    }
}
