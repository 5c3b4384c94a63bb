/*
 * templates.c: the owner's templates first, then all others. Contract in templates.h.
 */
#include "pages/templates.h"
#include "base/log.h"

enum err templates_load(const struct settings *settings, struct mustache **out)
{
    const char *own = settings->path_own_templates;
    enum err err = mustache_new(out, true);

    if (err == ERR_NONE && *own != '\0')
        err = mustache_add_folder(*out, own, NULL);
    if (err == ERR_NOT_FOUND)
        log_error("%s: no such folder; mend [path] own_templates", own);
    if (err == ERR_NONE)
        err = mustache_add_others(*out, settings->path_templates, NULL);
    if (err != ERR_NONE) {
        mustache_free(*out);
        *out = NULL;
    }
    return err;
}
