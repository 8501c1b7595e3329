#include "config.h"

#include "profile/np_module.h"

#include <elf.h>
#include <limits.h>
#include <link.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/np_attr.h"
#include "os/np_env.h"
#include "os/np_file.h"
#include "profile/np_gate.h"
#include "profile/np_image.h"
#include "profile/np_unwind.h"

/* what a node of the file has room for */
#define NP_MODULE_GENERATIONS (1u << 31)

/* addresses whose 64 KiB have the same number share one of so many hints */
#define NP_MODULE_HINTS 64
#define NP_MODULE_NEAR  65536u

static _Atomic unsigned np_module_xgeneration;

/* which module it was for the last address like that */
static _Atomic uint32_t np_module_xhint[NP_MODULE_HINTS];

typedef int (*np_module_each_pt)(struct dl_phdr_info *info, size_t size,
                                 void *data);

/* whether the list is to be walked, and what it was when last it was: under
 * the loader's lock, which is held for the walk.  adds counts the modules
 * that were ever loaded. */
typedef struct {
    unsigned           generation;
    unsigned long long adds; /* 0: never */
} np_module_walk_t;

static np_module_walk_t np_module_walked;


unsigned
np_module_generation(void)
{
    return atomic_load_explicit(&np_module_xgeneration, memory_order_relaxed)
           % NP_MODULE_GENERATIONS;
}


/* through the gate, as libunwind: a child of a fork amid the walk would have
 * the loader's lock for ever */
static void
np_module_each(np_module_each_pt each, void *data)
{
    np_gate_state_t state = np_gate_enter();

    (void) dl_iterate_phdr(each, data);
    np_gate_leave(state);
}


/* how many modules were ever unloaded, from the first entry of the list */
static int
np_module_subs(struct dl_phdr_info *info, size_t size NP_UNUSED, void *data)
{
    *(unsigned long long *) data = info->dlpi_subs;

    return 1;
}


static void
np_module_build_id(np_format_module_t *m, const char *note, size_t bytes)
{
    const ElfW(Nhdr) * n;
    const char *name, *id;

    while (bytes >= sizeof(*n)) {
        n = (const ElfW(Nhdr) *) note;
        name = note + sizeof(*n);
        id = name + ((n->n_namesz + 3u) & ~3u);

        if ((size_t) (id - note) + n->n_descsz > bytes) {
            return;
        }

        if (n->n_type == NT_GNU_BUILD_ID && n->n_namesz == 4
            && memcmp(name, "GNU", 4) == 0
            && n->n_descsz <= sizeof(m->build_id)) {
            m->build_id_length = n->n_descsz;
            memcpy(m->build_id, id, n->n_descsz);
            return;
        }

        id += (n->n_descsz + 3u) & ~3u;

        if ((size_t) (id - note) >= bytes) {
            return;
        }

        bytes -= (size_t) (id - note);
        note = id;
    }
}


/* the working directory in front of a relative name, as of dlopen("./x.so"),
 * which whoever reads the profile does not know; how much it takes of path */
static long
np_module_folder(np_format_module_t *m, const char *name)
{
    long room = (long) (sizeof(m->path) - 2 - strnlen(name, sizeof(m->path)));
    long n;

    if (strchr(name, '/') == NULL || room <= 0) {
        return 0;
    }

    n = np_file_link("/proc/self/cwd", m->path, (size_t) room);

    if (n <= 0 || n == room || m->path[0] != '/') {
        memset(m->path, 0, sizeof(m->path));
        return 0;
    }

    m->path[n] = '/';
    return n + 1;
}


/* the program may have changed its working directory in between */
static int
np_module_same_file(const char *a, const char *b)
{
    const char *s = strrchr(a, '/'), *t = strrchr(b, '/');

    return strcmp(s != NULL ? s + 1 : a, t != NULL ? t + 1 : b) == 0;
}


static void
np_module_path(np_format_module_t *m, const char *name)
{
    long n;

    /* the program itself has no name in the list */
    if (name == NULL || *name == '\0') {
        n = np_file_link("/proc/self/exe", m->path, sizeof(m->path) - 1);

        if (n > 0) {
            m->path[n] = '\0';
            return;
        }

        name = np_env_program();
    }

    n = *name == '/' ? 0 : np_module_folder(m, name);
    memcpy(m->path + n, name, strnlen(name, sizeof(m->path) - 1 - (size_t) n));
}


void
np_module_describe(np_format_module_t *m, const struct dl_phdr_info *info)
{
    const ElfW(Phdr) * p;
    unsigned i;

    memset(m, 0, sizeof(*m));
    m->bias = info->dlpi_addr;
    m->start = UINTPTR_MAX;

    for (i = 0; i < info->dlpi_phnum; i++) {
        p = &info->dlpi_phdr[i];

        if (p->p_type == PT_LOAD) {
            uintptr_t low = info->dlpi_addr + p->p_vaddr;

            m->start = low < m->start ? low : m->start;
            m->end = low + p->p_memsz > m->end ? low + p->p_memsz : m->end;

        } else if (p->p_type == PT_NOTE) {
            np_module_build_id(m, (const char *) info->dlpi_addr + p->p_vaddr,
                               p->p_memsz);
        }
    }

    np_module_path(m, info->dlpi_name);
}


static int
np_module_note(struct dl_phdr_info *info, size_t size NP_UNUSED, void *data)
{
    np_module_walk_t   *walk = data;
    unsigned            generation = walk->generation;
    np_format_module_t  m;
    np_format_module_t *old;
    uint32_t            i, used;

    if (walk->adds == 0) {
        walk->adds = info->dlpi_adds;

        if (walk->adds == np_module_walked.adds
            && generation == np_module_walked.generation) {
            /* code that is in no module brings us here again and again */
            return 1;
        }

        np_module_walked = *walk;
    }

    np_module_describe(&m, info);

    if (m.start >= m.end) {
        return 0;
    }

    m.from = generation;
    np_lock(&np_profile_lock);
    used = np_image.header != NULL
               ? np_image.header->table[NP_TABLE_MODULES].used
               : 0;

    for (i = 0; i < used; i++) {
        old = np_image_record(NP_TABLE_MODULES, i);

        if (old->start == m.start && old->end == m.end && old->bias == m.bias
            && old->build_id_length == m.build_id_length
            && memcmp(old->build_id, m.build_id, m.build_id_length) == 0
            && np_module_same_file(old->path, m.path)
            && old->to + 1 >= generation) {
            /* still there; a thread that began its walk later was here
             * before us, perhaps */
            old->to = generation > old->to ? generation : old->to;
            np_unlock(&np_profile_lock);
            return 0;
        }
    }

    if (np_image.header != NULL) {
        old = np_image_append_locked(NP_TABLE_MODULES);

        if (old != NULL) {
            m.to = generation;
            *old = m;
        }
    }

    np_unlock(&np_profile_lock);

    return 0;
}


void
np_module_look(void)
{
    np_module_walk_t walk = {.generation = np_module_generation()};

    np_module_each(np_module_note, &walk);
}


void
np_module_unloaded(void)
{
    static _Atomic unsigned long long xseen;
    unsigned long long                subs = 0;

    np_module_each(np_module_subs, &subs);

    if (atomic_exchange(&xseen, subs) != subs) {
        /* rules of the new generation are asked of what forgot the old one */
        np_unwind_forget();
        atomic_fetch_add(&np_module_xgeneration, 1);
        np_module_look();
    }
}


/* 1 if the address is in module i, which is there in that generation */
static int
np_module_holds(uint32_t i, uintptr_t address, unsigned generation)
{
    const np_format_module_t *m = np_image_record(NP_TABLE_MODULES, i);

    return address >= m->start && address < m->end && m->from <= generation
           && generation <= m->to;
}


/* the module of the address, or NULL */
static const np_format_module_t *
np_module_find(uintptr_t address, unsigned generation)
{
    _Atomic uint32_t *hint
        = &np_module_xhint[address / NP_MODULE_NEAR % NP_MODULE_HINTS];
    uint32_t used = np_peek(np_image.header->table[NP_TABLE_MODULES].used);
    uint32_t i = atomic_load_explicit(hint, memory_order_relaxed);

    if (i < used && np_module_holds(i, address, generation)) {
        return np_image_record(NP_TABLE_MODULES, i);
    }

    for (i = used; i-- > 0;) {
        if (np_module_holds(i, address, generation)) {
            atomic_store_explicit(hint, i, memory_order_relaxed);
            return np_image_record(NP_TABLE_MODULES, i);
        }
    }

    return NULL;
}


int
np_module_knows(uintptr_t address)
{
    return np_module_find(address, np_module_generation()) != NULL;
}


uint32_t
np_module_from(uintptr_t address, unsigned generation)
{
    const np_format_module_t *m = np_module_find(address, generation);

    return m != NULL ? m->from : NP_MODULE_NONE;
}
