/*
 * What an executable file is: its header, its program headers, and which
 * allocator its symbols show.
 */
#include "config.h"

#include "cli/np_elf.h"

#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    int         machine;
    const char *name;
} np_elf_machine_t;

static const np_elf_machine_t np_elf_machines[] = {
    {EM_X86_64, "x86-64"},   {EM_AARCH64, "aarch64"}, {EM_386, "i386"},
    {EM_ARM, "arm"},         {EM_RISCV, "riscv"},     {EM_PPC64, "ppc64"},
    {EM_S390, "s390"},       {EM_MIPS, "mips"},       {EM_LOONGARCH, "loong"},
    {EM_SPARCV9, "sparc64"}, {EM_PPC, "ppc"},         {EM_ALPHA, "alpha"},
};

/* symbols that are defined in a file which brings an allocator along */
typedef struct {
    const char     *symbol;
    np_elf_malloc_e own;
} np_elf_symbol_t;

static const np_elf_symbol_t np_elf_symbols[] = {
    {"__asan_init", NP_ELF_MALLOC_SANITIZER},
    {"__tsan_init", NP_ELF_MALLOC_SANITIZER},
    {"__msan_init", NP_ELF_MALLOC_SANITIZER},
    {"_rjem_malloc", NP_ELF_MALLOC_JEMALLOC},
    {"je_malloc", NP_ELF_MALLOC_JEMALLOC},
    {"mi_malloc", NP_ELF_MALLOC_MIMALLOC},
};

#define NP_ELF_COUNT(table) (sizeof(table) / sizeof((table)[0]))


static void
np_elf_segments(np_elf_t *e, Elf *elf)
{
    GElf_Phdr p;
    Elf_Data *text;
    size_t    n = 0;

    if (elf_getphdrnum(elf, &n) != 0) {
        return;
    }
    for (size_t i = 0; i < n && gelf_getphdr(elf, (int) i, &p) != NULL; i++) {
        if (p.p_type == PT_DYNAMIC) {
            e->dynamic = 1;
        }
        if (p.p_type != PT_INTERP || p.p_filesz == 0
            || p.p_filesz > sizeof(e->interpreter)) {
            continue;
        }
        /* NULL when it is not wholly inside the file */
        text = elf_getdata_rawchunk(elf, (int64_t) p.p_offset, p.p_filesz,
                                    ELF_T_BYTE);
        if (text != NULL && text->d_buf != NULL) {
            memcpy(e->interpreter, text->d_buf, p.p_filesz);
            e->interpreter[p.p_filesz - 1] = '\0';
        }
    }
}


static void
np_elf_found(np_elf_t *e, const char *name, int exported)
{
    if (strcmp(name, "malloc") == 0 && e->own == NP_ELF_MALLOC_NONE) {
        e->own = exported ? NP_ELF_MALLOC_EXPORTED : NP_ELF_MALLOC_INSIDE;
    }
    for (size_t i = 0; i < NP_ELF_COUNT(np_elf_symbols); i++) {
        if (strcmp(name, np_elf_symbols[i].symbol) == 0) {
            e->own = np_elf_symbols[i].own;
        }
    }
}


static void
np_elf_names(np_elf_t *e, Elf *elf, Elf_Scn *section, const GElf_Shdr *h)
{
    Elf_Data   *data = elf_getdata(section, NULL);
    size_t      n = h->sh_entsize != 0 ? h->sh_size / h->sh_entsize : 0;
    const char *name;
    GElf_Sym    s;

    if (data == NULL) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (i > INT_MAX || gelf_getsym(data, (int) i, &s) == NULL) {
            return;
        }
        if (s.st_shndx == SHN_UNDEF || GELF_ST_TYPE(s.st_info) != STT_FUNC) {
            continue;
        }
        name = elf_strptr(elf, h->sh_link, s.st_name);
        if (name != NULL) {
            np_elf_found(e, name, h->sh_type == SHT_DYNSYM);
        }
    }
}


/* what the dynamic section says: sanitizers it needs, a linker's soname, that
 * it is a program's */
static void
np_elf_needs(np_elf_t *e, Elf *elf, Elf_Scn *section, const GElf_Shdr *h)
{
    static const char *const sanitizer[]
        = {"libasan.so", "libtsan.so", "liblsan.so", "libhwasan.so"};
    Elf_Data   *data = elf_getdata(section, NULL);
    const char *name;
    GElf_Dyn    d;

    for (int i = 0; data != NULL && gelf_getdyn(data, i, &d) != NULL
                    && d.d_tag != DT_NULL;
         i++) {
        if (d.d_tag == DT_FLAGS_1) {
            e->pie = (d.d_un.d_val & DF_1_PIE) != 0;
        }
        if (d.d_tag != DT_NEEDED && d.d_tag != DT_SONAME) {
            continue;
        }
        name = elf_strptr(elf, h->sh_link, d.d_un.d_val);
        if (name != NULL && d.d_tag == DT_SONAME) {
            e->loader = strncmp(name, "ld-linux", 8) == 0
                        || strncmp(name, "ld64.so", 7) == 0;
        }
        for (size_t k = 0; name != NULL && k < NP_ELF_COUNT(sanitizer); k++) {
            if (strncmp(name, sanitizer[k], strlen(sanitizer[k])) == 0) {
                e->own = NP_ELF_MALLOC_SANITIZER;
            }
        }
    }
}


static void
np_elf_sections(np_elf_t *e, Elf *elf)
{
    Elf_Scn    *section = NULL;
    GElf_Shdr   h;
    const char *name;
    size_t      names;

    if (elf_getshdrstrndx(elf, &names) != 0) {
        return;
    }
    while ((section = elf_nextscn(elf, section)) != NULL) {
        if (gelf_getshdr(section, &h) == NULL) {
            continue;
        }
        name = elf_strptr(elf, names, h.sh_name);
        if (name != NULL && strcmp(name, ".go.buildinfo") == 0) {
            e->own = NP_ELF_MALLOC_GO;
        }
        if (h.sh_type == SHT_DYNSYM || h.sh_type == SHT_SYMTAB) {
            np_elf_names(e, elf, section, &h);
        } else if (h.sh_type == SHT_DYNAMIC) {
            np_elf_needs(e, elf, section, &h);
        }
    }
}


int
np_elf_read(np_elf_t *e, const char *path)
{
    int       fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    Elf      *elf;
    GElf_Ehdr h;

    memset(e, 0, sizeof(*e));
    if (fd == -1) {
        return -1;
    }
    (void) elf_version(EV_CURRENT);
    elf = elf_begin(fd, ELF_C_READ, NULL);
    if (elf != NULL && elf_kind(elf) == ELF_K_ELF
        && gelf_getehdr(elf, &h) != NULL) {
        e->is_elf = 1;
        e->bits = h.e_ident[EI_CLASS] == ELFCLASS32 ? 32 : 64;
        e->big_endian = h.e_ident[EI_DATA] == ELFDATA2MSB;
        e->machine = h.e_machine;
        np_elf_segments(e, elf);
        np_elf_sections(e, elf);
    }
    if (elf != NULL) {
        (void) elf_end(elf);
    }
    (void) close(fd);
    return 0;
}


const char *
np_elf_machine(int machine, char buf[32])
{
    for (size_t i = 0; i < NP_ELF_COUNT(np_elf_machines); i++) {
        if (np_elf_machines[i].machine == machine) {
            return np_elf_machines[i].name;
        }
    }
    (void) snprintf(buf, 32, "machine %d", machine);
    return buf;
}
