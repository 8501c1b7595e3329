/*
 * dlopen and dlmopen without RTLD_DEEPBIND.  A library that is opened with it
 * is bound to libc's malloc, while what it hands to the rest of the program is
 * freed with ours, and the other way round.
 *
 * libc's functions look at the address that they return to: it says whose
 * $ORIGIN, RUNPATH and namespace count.  So ours must not be seen by them.
 * They clear the flag and jump, with the stack as they found it; only a jump
 * written in assembly is one at each level of optimisation.
 *
 *      dlopen:    real, mode = np_dlopen_plan(LM_ID_BASE, mode); jump to real
 *      dlmopen:   real, mode = np_dlmopen_plan(namespace, mode); jump to real
 *
 * Sources: dlopen(3); System V ABI for x86-64, 3.2; Procedure Call Standard
 * for the Arm 64-bit Architecture, 6.
 */

#include "config.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>

#include "base/np_attr.h"
#include "heap/np_glibc.h"
#include "heap/np_heap.h"
#include "os/np_libc.h"
#include "os/np_options.h"

/* two registers of the result, on both processors */
typedef struct {
    void *real;
    long  mode;
} np_dlopen_plan_t;

__attribute__((used)) np_dlopen_plan_t np_dlopen_plan(Lmid_t where, int mode);
__attribute__((used)) np_dlopen_plan_t np_dlmopen_plan(Lmid_t where, int mode);


/* in place of what this libc does not have */
static void *
np_dlopen_none(void)
{
    return NULL;
}


static np_dlopen_plan_t
np_dlopen_find(_Atomic(void *) *xreal, const char *name, Lmid_t where,
               int mode)
{
    np_dlopen_plan_t plan = {atomic_load(xreal), mode};

    if (plan.real == NULL) {
        /* threads that are here at the same time find the same */
        plan.real = np_libc_find(name);
        atomic_store(xreal, plan.real);
    }

    if (plan.real == NULL) {
        plan.real = (void *) np_dlopen_none;
    }

    /* reads the options, if nobody has asked for memory yet */
    (void) np_heap_get();

    /* other namespaces have a libc of their own to be bound to */
    if (where == LM_ID_BASE && np_options.deepbind == NP_DEEPBIND_CLEAR) {
        plan.mode &= ~RTLD_DEEPBIND;
    }

    return plan;
}


np_dlopen_plan_t
np_dlopen_plan(Lmid_t where, int mode)
{
    static _Atomic(void *) xreal;

    return np_dlopen_find(&xreal, "dlopen", where, mode);
}


np_dlopen_plan_t
np_dlmopen_plan(Lmid_t where, int mode)
{
    static _Atomic(void *) xreal;

    if (where != LM_ID_BASE) {
        np_glibc_expect_copies();
    }

    return np_dlopen_find(&xreal, "dlmopen", where, mode);
}


#if defined(__x86_64__)

/* file in rdi, mode in esi; namespace in rdi, file in rsi, mode in edx */
__asm__(".pushsection .text\n"
        ".p2align 4\n"
        ".globl dlopen\n"
        ".type dlopen, @function\n"
        "dlopen:\n"
        ".cfi_startproc\n"
        "endbr64\n"
        "push %rdi\n"
        ".cfi_adjust_cfa_offset 8\n"
        "xor %edi, %edi\n"
        "call np_dlopen_plan\n"
        "mov %edx, %esi\n"
        "pop %rdi\n"
        ".cfi_adjust_cfa_offset -8\n"
        "jmp *%rax\n"
        ".cfi_endproc\n"
        ".size dlopen, . - dlopen\n"
        ".p2align 4\n"

        ".globl dlmopen\n"
        ".type dlmopen, @function\n"
        "dlmopen:\n"
        ".cfi_startproc\n"
        "endbr64\n"
        "push %rdi\n"
        ".cfi_adjust_cfa_offset 8\n"
        "push %rsi\n"
        ".cfi_adjust_cfa_offset 8\n"
        "sub $8, %rsp\n"
        ".cfi_adjust_cfa_offset 8\n"
        "mov %edx, %esi\n"
        "call np_dlmopen_plan\n"
        "add $8, %rsp\n"
        ".cfi_adjust_cfa_offset -8\n"
        "pop %rsi\n"
        ".cfi_adjust_cfa_offset -8\n"
        "pop %rdi\n"
        ".cfi_adjust_cfa_offset -8\n"
        "jmp *%rax\n"
        ".cfi_endproc\n"
        ".size dlmopen, . - dlmopen\n"
        ".popsection\n");

#elif defined(__aarch64__)

/* file in x0, mode in w1; namespace in x0, file in x1, mode in w2.
 * hint 34 is "bti c" */
__asm__(".pushsection .text\n"
        ".p2align 4\n"
        ".globl dlopen\n"
        ".type dlopen, %function\n"
        "dlopen:\n"
        ".cfi_startproc\n"
        "hint #34\n"
        "stp x29, x30, [sp, #-32]!\n"
        ".cfi_def_cfa_offset 32\n"
        ".cfi_offset 29, -32\n"
        ".cfi_offset 30, -24\n"
        "mov x29, sp\n"
        "str x0, [sp, #16]\n"
        "mov x0, #0\n"
        "bl np_dlopen_plan\n"
        "mov x16, x0\n"
        "ldr x0, [sp, #16]\n"
        "ldp x29, x30, [sp], #32\n"
        ".cfi_restore 29\n"
        ".cfi_restore 30\n"
        ".cfi_def_cfa_offset 0\n"
        "br x16\n"
        ".cfi_endproc\n"
        ".size dlopen, . - dlopen\n"
        ".p2align 4\n"

        ".globl dlmopen\n"
        ".type dlmopen, %function\n"
        "dlmopen:\n"
        ".cfi_startproc\n"
        "hint #34\n"
        "stp x29, x30, [sp, #-32]!\n"
        ".cfi_def_cfa_offset 32\n"
        ".cfi_offset 29, -32\n"
        ".cfi_offset 30, -24\n"
        "mov x29, sp\n"
        "stp x0, x1, [sp, #16]\n"
        "mov w1, w2\n"
        "bl np_dlmopen_plan\n"
        "mov x16, x0\n"
        "mov x2, x1\n"
        "ldp x0, x1, [sp, #16]\n"
        "ldp x29, x30, [sp], #32\n"
        ".cfi_restore 29\n"
        ".cfi_restore 30\n"
        ".cfi_def_cfa_offset 0\n"
        "br x16\n"
        ".cfi_endproc\n"
        ".size dlmopen, . - dlmopen\n"
        ".popsection\n");

#else

/* a jump if the compiler makes one of it */
NP_EXPORT void *
dlopen(const char *file, int mode)
{
    np_dlopen_plan_t plan = np_dlopen_plan(LM_ID_BASE, mode);

    return ((void *(*) (const char *, int) ) plan.real)(file, (int) plan.mode);
}


NP_EXPORT void *
dlmopen(Lmid_t where, const char *file, int mode)
{
    np_dlopen_plan_t plan = np_dlmopen_plan(where, mode);

    return ((void *(*) (Lmid_t, const char *, int) ) plan.real)(
        where, file, (int) plan.mode);
}

#endif
