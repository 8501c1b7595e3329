/*
 * Programs of all kinds into which nothing can be preloaded, made by hand, and
 * what is said of each; and some into which it can.
 */

#include "config.h"

#include "cli/np_preflight.h"

#include <check.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "cli/np_cli.h"
#include "check_suite.h"

static char ck_dir[] = "/tmp/check_preflight.XXXXXX";
static char ck_path[4200];
static char ck_linker[4096]; /* of this program */
static int  ck_machine;


/* name in the folder of this test */
static const char *
ck_name(const char *name)
{
    snprintf(ck_path, sizeof(ck_path), "%s/%s", ck_dir, name);
    return ck_path;
}


static void
ck_write(const char *name, const void *data, size_t n, mode_t mode)
{
    FILE *f = fopen(ck_name(name), "w");

    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(data, 1, n, f), n);
    ck_assert_int_eq(fclose(f), 0);
    ck_assert_int_eq(chmod(ck_name(name), mode), 0);
}


static void
ck_script(const char *name, const char *text)
{
    ck_write(name, text, strlen(text), 0755);
}


/* a header, and a program header that names the linker, if there is one */
static void
ck_program(const char *name, int machine, const char *linker)
{
    struct {
        Elf64_Ehdr e;
        Elf64_Phdr p;
        char       linker[4096];
    } x;

    memset(&x, 0, sizeof(x));
    memcpy(x.e.e_ident, ELFMAG, SELFMAG);
    x.e.e_ident[EI_CLASS] = ELFCLASS64;
    x.e.e_ident[EI_DATA] = ELFDATA2LSB;
    x.e.e_ident[EI_VERSION] = EV_CURRENT;
    x.e.e_type = ET_DYN;
    x.e.e_machine = (Elf64_Half) machine;
    x.e.e_version = EV_CURRENT;
    x.e.e_ehsize = sizeof(x.e);
    x.e.e_phoff = sizeof(x.e);
    x.e.e_phentsize = sizeof(x.p);
    x.e.e_phnum = 1;
    x.p.p_type = PT_LOAD;
    if (linker != NULL) {
        x.p.p_type = PT_INTERP;
        x.p.p_offset = sizeof(x.e) + sizeof(x.p);
        x.p.p_filesz = strlen(linker) + 1;
        strcpy(x.linker, linker);
    }
    ck_write(name, &x, sizeof(x), 0755);
}


static void
ck_program_32(const char *name)
{
    Elf32_Ehdr e;

    memset(&e, 0, sizeof(e));
    memcpy(e.e_ident, ELFMAG, SELFMAG);
    e.e_ident[EI_CLASS] = ELFCLASS32;
    e.e_ident[EI_DATA] = ELFDATA2LSB;
    e.e_ident[EI_VERSION] = EV_CURRENT;
    e.e_type = ET_EXEC;
    e.e_machine = EM_386;
    e.e_version = EV_CURRENT;
    e.e_ehsize = sizeof(e);
    ck_write(name, &e, sizeof(e), 0755);
}


/* what is said of it; "" when it can be run */
static const char *
ck_says(const char *command, int status)
{
    static np_preflight_t p;

    np_preflight(&p, command, "/proc/self/exe");
    ck_assert_msg(p.status == status, "%s: status %d, %s", command, p.status,
                  p.why);
    ck_assert_int_eq(p.why[0] != '\0', status != 0);
    ck_assert_ptr_null(strchr(p.why, '\n'));
    return p.why;
}


static void
ck_refused(const char *name, const char *what, const char *remedy)
{
    const char *said = ck_says(ck_name(name), NP_EXIT_NOT_RUN);

    ck_assert_msg(strstr(said, what) != NULL && strstr(said, remedy) != NULL,
                  "%s", said);
}


static void
ck_setup(void)
{
    FILE      *f = fopen("/proc/self/exe", "r");
    Elf64_Ehdr e;
    Elf64_Phdr p;

    ck_assert_ptr_nonnull(mkdtemp(ck_dir));
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fread(&e, 1, sizeof(e), f), sizeof(e));
    ck_machine = e.e_machine;
    for (int i = 0; i < e.e_phnum; i++) {
        fseek(f, (long) (e.e_phoff + (unsigned) i * sizeof(p)), SEEK_SET);
        ck_assert_uint_eq(fread(&p, 1, sizeof(p), f), sizeof(p));
        if (p.p_type == PT_INTERP && p.p_filesz < sizeof(ck_linker)) {
            fseek(f, (long) p.p_offset, SEEK_SET);
            ck_assert_uint_eq(fread(ck_linker, 1, p.p_filesz, f), p.p_filesz);
        }
    }
    fclose(f);
    ck_assert_str_ne(ck_linker, "");
}


static void
ck_teardown(void)
{
    char command[100];

    snprintf(command, sizeof(command), "rm -rf %s", ck_dir);
    ck_assert_int_eq(system(command), 0);
}


START_TEST(test_fine)
{
    static const char *const asked[] = {
        "-S 'no such'",     "-S \"no-such\"",        "-S ${NO_SUCH}/x",
        "-S no\\_such",     "-S -u 'A B' no-such",   "-S -C /bin ./no-such",
        "-S -C /x no/such", "-S PATH=/x no-such -e", "-S -u A",
    };
    char        text[200];
    const char *path = getenv("PATH");
    char       *keep = strdup(path != NULL ? path : "");

    ck_program("fine", ck_machine, ck_linker);
    ck_says(ck_name("fine"), 0);
    ck_says("/proc/self/exe", 0);
    ck_says("sh", 0);
    ck_script("plain", "echo a script without its interpreter\n");
    ck_says(ck_name("plain"), 0);
    ck_script("sh", "#!/bin/sh -e\n");
    ck_says(ck_name("sh"), 0);
    ck_script("env", "#!/usr/bin/env -S A=b sh -e\n");
    ck_says(ck_name("env"), 0);
    /* where env would have to be asked it is env that counts */
    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        snprintf(text, sizeof(text), "#!/usr/bin/env %s\n", asked[i]);
        ck_script("env", text);
        ck_says(ck_name("env"), 0);
    }
    /* the first that can be run is meant, as execvp has it */
    ck_write("ls", "x", 1, 0644);
    setenv("PATH", ck_dir, 1);
    ck_says("ls", NP_EXIT_NOT_RUN);
    ck_assert_int_eq(chmod(ck_name("ls"), 0755), 0);
    ck_says("ls", 0);
    setenv("PATH", keep, 1);
    free(keep);
}
END_TEST


START_TEST(test_not_found)
{
    ck_assert_ptr_nonnull(
        strstr(ck_says("no-such-command", NP_EXIT_NOT_FOUND), "not found"));
    ck_says("/no/such/command", NP_EXIT_NOT_FOUND);
    ck_says("", NP_EXIT_NOT_FOUND);
    ck_refused(".", "is a folder", "name a program");
    ck_write("data", "x", 1, 0644);
    ck_refused("data", "is not executable", "chmod +x");
}
END_TEST


START_TEST(test_kinds)
{
    ck_program("static", ck_machine, NULL);
    ck_refused("static", "statically linked", "without -static");
    ck_program("musl", ck_machine, "/lib/ld-musl-x86_64.so.1");
    ck_refused("musl", "musl", "build it for glibc");
    ck_program("bionic", ck_machine, "/system/bin/linker64");
    ck_refused("bionic", "/system/bin/linker64", "build it for glibc");
    ck_program("gone", ck_machine, "/no/such/ld-linux-x86-64.so.2");
    ck_refused("gone", "/no/such/ld-linux-x86-64.so.2 does not exist",
               "install the C library");
    ck_program("foreign", EM_LOONGARCH, ck_linker);
    ck_refused("foreign", "loong", "build for this machine");
    ck_program("unknown", 4711, ck_linker);
    ck_refused("unknown", "machine 4711", "build for this machine");
    ck_program_32("small");
    ck_refused("small", "32-bit", "64-bit build");
}
END_TEST


START_TEST(test_scripts)
{
    char text[4300];

    ck_program("static", ck_machine, NULL);
    snprintf(text, sizeof(text), "#! %s  -x\n", ck_name("static"));
    ck_script("script", text);
    ck_refused("script", "statically linked", "without -static");
    snprintf(text, sizeof(text), "#!%s\n", ck_name("script"));
    ck_script("twice", text);
    ck_refused("twice", "statically linked", "without -static");
    snprintf(text, sizeof(text), "#!/usr/bin/env %s\n", ck_name("static"));
    ck_script("env", text);
    ck_refused("env", "statically linked", "without -static");
    ck_script("lost", "#!/no/such/interpreter\n");
    ck_refused("lost", "/no/such/interpreter does not exist", "correct #!");
    ck_script("lostenv", "#!/usr/bin/env no-such-interpreter\n");
    ck_refused("lostenv", "no-such-interpreter does not exist", "correct #!");
    /* an interpreter of itself ends, too */
    snprintf(text, sizeof(text), "#!%s\n", ck_name("loop"));
    ck_script("loop", text);
    ck_says(ck_name("loop"), 0);
}
END_TEST


/* which word env starts.  @: a static program, which is refused */
START_TEST(test_env)
{
    static const char *const found[] = {
        "-S @ -e",
        "-S -u FOO @",
        "-S -uFOO A=b @",
        "-S --unset FOO @",
        "-S --uns FOO @",
        "-S --unset=FOO @",
        "-S -C / @",
        "-S --chdir /tmp @",
        "-S -iu FOO - @",
        "-S PATH=/nowhere @",
        "-S@ -u",
        "-vS@",
        "-iS -u FOO @",
        "--split-string=@ -x",
        "--split-string @",
        "-S --block-signal=INT -- @",
        "-S  -u \t FOO\t@ 'x'",
    };
    char line[4300];

    ck_program("static", ck_machine, NULL);
    for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++) {
        int n = (int) strcspn(found[i], "@");

        snprintf(line, sizeof(line), "#!/usr/bin/env %.*s%s%s\n", n, found[i],
                 ck_name("static"), found[i] + n + 1);
        ck_script("env", line);
        ck_refused("env", "statically linked", "without -static");
    }
}
END_TEST


START_TEST(test_secure)
{
    ck_program("suid", ck_machine, ck_linker);
    if (geteuid() != 0 || chown(ck_name("suid"), 65534, (gid_t) -1) != 0
        || chmod(ck_name("suid"), 04755) != 0) {
        /* only root makes files of others */
        return;
    }
    ck_refused("suid", "set-user-ID", "copy without that bit");
    ck_program("sgid", ck_machine, ck_linker);
    ck_assert_int_eq(chown(ck_name("sgid"), (uid_t) -1, 65534), 0);
    ck_assert_int_eq(chmod(ck_name("sgid"), 02755), 0);
    ck_refused("sgid", "set-group-ID", "copy without that bit");
    /* ours: it changes nothing */
    ck_program("own", ck_machine, ck_linker);
    ck_assert_int_eq(chmod(ck_name("own"), 06755), 0);
    ck_says(ck_name("own"), 0);
}
END_TEST


/* cap_net_bind_service=ep, as setcap writes it */
START_TEST(test_capabilities)
{
    static const unsigned char cap[20]
        = {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    ck_program("caps", ck_machine, ck_linker);
    if (geteuid() != 0
        || setxattr(ck_name("caps"), "security.capability", cap, sizeof(cap),
                    0)
               != 0) {
        /* only root gives them away, and not on every file system */
        return;
    }
    ck_says(ck_name("caps"), 0);
    ck_assert_int_eq(chmod(ck_dir, 0755), 0);
    ck_assert_int_eq(setuid(65534), 0);
    ck_refused("caps", "file capabilities", "as root");
}
END_TEST


/* damaged files are left to the kernel, which refuses them */
START_TEST(test_damaged)
{
    Elf64_Ehdr e;

    memset(&e, 0xff, sizeof(e));
    memcpy(e.e_ident, ELFMAG, SELFMAG);
    e.e_ident[EI_CLASS] = ELFCLASS64;
    e.e_ident[EI_DATA] = ELFDATA2LSB;
    e.e_ident[EI_VERSION] = EV_CURRENT;
    e.e_machine = (Elf64_Half) ck_machine;
    for (size_t n = 1; n <= sizeof(e); n++) {
        np_preflight_t p;

        ck_write("damaged", &e, n, 0755);
        np_preflight(&p, ck_name("damaged"), "/proc/self/exe");
        ck_assert(p.status == 0 || p.status == NP_EXIT_NOT_RUN);
    }
    ck_write("empty", "", 0, 0755);
    ck_says(ck_name("empty"), 0);
    ck_write("shebang", "#!", 2, 0755);
    ck_says(ck_name("shebang"), 0);
}
END_TEST


/* names with control characters reach the terminal without them */
START_TEST(test_hostile_name)
{
    ck_assert_ptr_null(
        strchr(ck_says("a\033[31m\nb", NP_EXIT_NOT_FOUND), '\033'));
    ck_program("h", ck_machine, "/x/\033[31mld-musl");
    ck_assert_ptr_null(strchr(ck_says(ck_name("h"), NP_EXIT_NOT_RUN), '\033'));
}
END_TEST


Suite *
check_suite(void)
{
    Suite *s = suite_create("preflight");
    TCase *t = tcase_create("preflight");

    tcase_add_checked_fixture(t, ck_setup, ck_teardown);
    tcase_add_test(t, test_not_found);
    tcase_add_test(t, test_kinds);
    tcase_add_test(t, test_scripts);
    tcase_add_test(t, test_env);
    tcase_add_test(t, test_damaged);
    tcase_add_test(t, test_hostile_name);
    suite_add_tcase(s, t);
    /* it gives up being root */
    t = tcase_create("capabilities");
    tcase_set_tags(t, "kernel");
    tcase_add_checked_fixture(t, ck_setup, NULL);
    /* emulated: faccessat() does not see the emulated dynamic linker */
    tcase_add_test(t, test_capabilities);
    suite_add_tcase(s, t);
    /* not where an emulator answers for the kernel */
    t = tcase_create("kernel");
    tcase_set_tags(t, "kernel");
    tcase_add_checked_fixture(t, ck_setup, ck_teardown);
    /* emulated: faccessat() does not see the emulated dynamic linker */
    tcase_add_test(t, test_fine);
    /* emulated: faccessat() does not see the emulated dynamic linker */
    tcase_add_test(t, test_secure);
    suite_add_tcase(s, t);

    return s;
}
