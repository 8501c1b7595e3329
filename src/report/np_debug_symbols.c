/*
 * The functions in a module's symbol table, sorted by address: libdwfl looks
 * at all of them for each address, which takes seconds for large programs.
 */
#include "config.h"

#include "report/np_debug_symbols.h"

#include <stdlib.h>
#include <string.h>

/* a function within another one's bounds may have ended before the address */
#define NP_DEBUG_BACK 8


static int
np_debug_symbols_compare(const void *a, const void *b)
{
    const np_debug_symbol_t *x = a, *y = b;

    if (x->address != y->address) {
        return x->address < y->address ? -1 : 1;
    }
    if (x->rank != y->rank) {
        return x->rank < y->rank ? -1 : 1;
    }
    return strcmp(y->name, x->name);
}


/* 0: it is no function */
static unsigned
np_debug_symbols_rank(const GElf_Sym *sym, const char *name)
{
    unsigned rank = 1;

    switch (GELF_ST_TYPE(sym->st_info)) {
    case STT_FUNC:
    case STT_GNU_IFUNC:
        rank += 8;
        break;
    case STT_NOTYPE: /* of assemblers */
        break;
    default:
        return 0;
    }
    /* "$x" marks code on some machines */
    if (sym->st_shndx == SHN_UNDEF || name[0] == '\0' || name[0] == '$') {
        return 0;
    }
    rank += sym->st_size != 0 ? 4 : 0;
    switch (GELF_ST_BIND(sym->st_info)) {
    case STB_GLOBAL:
        return rank + 2;
    case STB_WEAK:
        return rank + 1;
    default:
        return rank;
    }
}


void
np_debug_symbols_read(np_debug_symbols_t *t, Dwfl_Module *m)
{
    const char *file = NULL; /* local symbols stand behind its name */
    int         n = dwfl_module_getsymtab(m);

    t->n = 0;
    t->v = n > 0 ? malloc((size_t) n * sizeof(*t->v)) : NULL;
    for (int i = 0; t->v != NULL && i < n; i++) {
        np_debug_symbol_t *s = &t->v[t->n];
        GElf_Sym           sym;
        GElf_Addr          address;

        s->name
            = dwfl_module_getsym_info(m, i, &sym, &address, NULL, NULL, NULL);
        s->rank = s->name != NULL ? np_debug_symbols_rank(&sym, s->name) : 0;
        if (s->name != NULL && GELF_ST_TYPE(sym.st_info) == STT_FILE) {
            file = s->name[0] != '\0' ? s->name : NULL;
        }
        if (s->rank != 0) {
            s->file = GELF_ST_BIND(sym.st_info) == STB_LOCAL ? file : NULL;
            s->address = address;
            s->size = sym.st_size;
            t->n++;
        }
    }
    if (t->n != 0) {
        qsort(t->v, t->n, sizeof(*t->v), np_debug_symbols_compare);
    }
}


void
np_debug_symbols_free(np_debug_symbols_t *t)
{
    free(t->v);
    t->v = NULL;
    t->n = 0;
}


const np_debug_symbol_t *
np_debug_symbols_find(const np_debug_symbols_t *t, uint64_t address,
                      int *inside)
{
    size_t low = 0, high = t->n;

    *inside = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (t->v[middle].address <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (size_t i = low; i > 0 && low - i < NP_DEBUG_BACK; i--) {
        if (address - t->v[i - 1].address < t->v[i - 1].size) {
            *inside = 1;
            return &t->v[i - 1];
        }
    }
    return low > 0 ? &t->v[low - 1] : NULL;
}
