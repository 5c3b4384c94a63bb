/*
 * test_site.c: what pages/site.c adds to a page with the time: a page that stands in a worker's
 * cache must not outlive the form in it.
 */
#include "base/settings.h"
#include "pages/routes.h"
#include "pages/site.h"
#include "web/serve.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "content_set.h"

static const char *get(void *context, const char *name)
{
    if (strcmp(name, "REQUEST_METHOD") == 0)
        return "GET";
    if (strcmp(name, "REQUEST_URI") == 0)
        return context;
    return NULL;
}

/* What a page says at that second (of VHOD_NOW); the caller frees. */
static char *page_at(struct serve *serve, const char *path, const char *second)
{
    struct request_source source = {.get = get, .context = (void *)(uintptr_t)path};
    struct buffer out = BUFFER_INIT;

    assert_int_equal(setenv("VHOD_NOW", second, 1), 0);
    assert_int_equal(serve_request(serve, &source, &out), STATUS_OK);
    return buffer_take(&out);
}

/* The hidden field of the form, 64 letters. */
static void token_at(struct serve *serve, const char *path, const char *second, char out[static 65])
{
    static const char field[] = "name=\"token\" value=\"";
    char *page = page_at(serve, path, second), *at = strstr(page, field);

    assert_non_null(at);
    memcpy(out, at + strlen(field), 64);
    out[64] = '\0';
    free(page);
}

/* Ten seconds before the end of a day and five after: each day has its token, whatever else would
 * keep the page longer (a region's page: until its contacts open). */
static void a_form_is_no_older_than_its_token(void **state)
{
    static const struct program program = {.name = "regions",
                                           .routes = routes_regions,
                                           .respond = site_respond,
                                           .error = site_error,
                                           .open = site_open,
                                           .close = site_close};
    static const char path[] = "/region/ru-aa";
    struct settings *settings = NULL;
    struct serve *serve = NULL;
    char first[65], again[65], next[65], *place = path_of("state");

    (void)state;
    assert_int_equal(setenv("VHOD_PATH_STATE", place, 1), 0);
    assert_int_equal(setenv("VHOD_NOW", "1795305500", 1), 0);
    assert_int_equal(publish(NULL), ERR_NONE);
    assert_int_equal(settings_load(&settings, "data/vhod.ini", NULL), ERR_NONE);
    assert_int_equal(serve_open(&serve, &program, settings, false), ERR_NONE);
    token_at(serve, path, "1795305590", first); /* 23:59:50 */
    token_at(serve, path, "1795305595", again);
    token_at(serve, path, "1795305605", next);
    assert_string_equal(first, again);
    assert_string_not_equal(first, next);
    serve_close(serve);
    settings_free(settings);
    free(place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_form_is_no_older_than_its_token, make_folder,
                                        remove_folder),
    };

    return cmocka_run_group_tests_name("site", tests, NULL, NULL);
}
