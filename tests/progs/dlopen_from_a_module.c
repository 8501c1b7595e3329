/*
 * A plain name is looked for where the RUNPATH of the caller of dlopen leads,
 * which is a module here, with its $ORIGIN; the program itself does not find
 * it.  A module in another namespace opens into its own namespace.
 *
 * expect: exit 0
 */

#include "module.h"

typedef void *(*open_pt)(int flags);
typedef void *(*open_in_pt)(Lmid_t where, int flags);


static Lmid_t
namespace_of(void *handle)
{
    Lmid_t where;

    NP_NEED(dlinfo(handle, RTLD_DI_LMID, &where) == 0);

    return where;
}


/* what the module at handle opens, and in which namespace that is */
static void
use(void *handle)
{
    static const int flags[]
        = {RTLD_NOW, RTLD_LAZY | RTLD_LOCAL, RTLD_NOW | RTLD_DEEPBIND};
    open_pt    module_open;
    open_in_pt module_open_in;
    void      *m, *opened;
    size_t     i;

    m = np_module_symbol(handle, "module_open");
    memcpy(&module_open, &m, sizeof(m));
    m = np_module_symbol(handle, "module_open_in");
    memcpy(&module_open_in, &m, sizeof(m));

    for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        opened = module_open(flags[i]);
        NP_NEED(opened != NULL);
        NP_NEED(namespace_of(opened) == namespace_of(handle));
        np_module_symbol(opened, "module_allocates");
        NP_NEED(dlclose(opened) == 0);

        opened = module_open_in(namespace_of(handle), flags[i]);
        NP_NEED(opened != NULL);
        NP_NEED(namespace_of(opened) == namespace_of(handle));
        NP_NEED(dlclose(opened) == 0);
    }
}


int
main(void)
{
    void *handle, *other;

    NP_NEED(dlopen("module_allocating.so", RTLD_NOW) == NULL);

    handle = np_module_open("module_opens_neighbour.so", RTLD_NOW);
    NP_NEED(namespace_of(handle) == LM_ID_BASE);
    use(handle);

    other = np_module_open_in(LM_ID_NEWLM, "module_opens_neighbour.so",
                              RTLD_NOW);
    NP_NEED(namespace_of(other) != LM_ID_BASE);
    use(other);
    use(handle);

    return 0;
}
