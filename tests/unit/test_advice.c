/*
 * Tests of warnings: each rule once against content that it should catch and once against content
 * that it should not; what is offered to be copied into a file makes the warning go away.
 */
#include "base/nearest.h"
#include "content/article.h"
#include "content/day.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "content_set.h"

#define NOW "1795651200" /* 2026-11-26 */

/* All warnings, with the names of files as they are below data/; the caller frees. */
static char *advise(void)
{
    struct faults *faults = NULL;
    struct buffer text = BUFFER_INIT;
    char *data = path_of("data"), *snapshot = path_of("state/directory.db"), *raw = NULL;
    size_t len = 0;
    FILE *out;

    assert_int_equal(faults_new(&faults), ERR_NONE);
    assert_int_equal(content_advise(data, snapshot, 12, faults, NULL), ERR_NONE);
    assert_int_equal(faults_count(faults), 0);
    out = open_memstream(&raw, &len);
    faults_print_warnings(faults, out);
    fclose(out);
    for (char *line = strtok(raw, "\n"); line != NULL; line = strtok(NULL, "\n"))
        buffer_printf(&text, "%s\n",
                      strncmp(line, data, strlen(data)) == 0 ? line + strlen(data) + 1 : line);
    faults_free(faults);
    free(raw);
    free(snapshot);
    free(data);
    return buffer_take(&text);
}

static void expect(const char *what, bool there)
{
    char *text = advise();

    if ((strstr(text, what) != NULL) != there)
        fail_msg("%s \"%s\" in:\n%s", there ? "no" : "a", what, text);
    free(text);
}

/* One edit of the good set that no archive is needed for. */
static void test_each(void **state)
{
    static const struct {
        const char *file, *from, *to;
        const char *warning;
    } cases[] = {
        {"regions/RU-AA.ini", "checked = 2018", "checked = 2027",
         "regions/RU-AA.ini:36: warning: [login.old] checked: lies in the future: 2027"},
        {"regions/RU-AA.ini", "checked = 2018", "checked = 2025-10",
         "regions/RU-AA.ini:36: warning: [login.old] checked: was last confirmed 2025-10, over 12"},
        {"regions/RU-AA.ini", "until = 2025-08-31", "until = 2026-12-31",
         "warning: [former.1] until: lies in the future: 2026-12-31"},
        {"guides/first.md", "updated: 2026-11-21", "updated: 2026-12-21",
         "guides/first.md:3: warning: updated: lies in the future: 2026-12-21"},
        {"guides/first.md", "Всё.\n",
         "а а а а а а а а а а а а а а а а а а а а а а а а а а а а а а а а "
         "а а а а а а а а а а а а а а а а а а а а а а а а а а а а а\n",
         "guides/first.md:27: warning: this step has 61 words"},
        {"guides/first.md", "Всё.", "Всё\xC2\xA0тут.",
         "guides/first.md:29: warning: has a no-break space"},
        {"guides/first.md", "Всё.", "Пишите: a_b@c.ru.",
         "guides/first.md:29: warning: an address in the text is no link: write <address> or "
         "[words](address): a_b@c.ru."},
        {"contacts/school.ini", "[contact]", "[contact]\nphone = 8 800 550-63-73",
         "contacts/school.ini:2: warning: [contact] phone: no hours say"},
        {"guides/first.md", "contacts: school, help", "contacts: school",
         "contacts/help.ini:1: warning: [contact] no region, portal, guide or question"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        write_good();
        edit("regions/RU-AA.ini", "checked = 2018", "checked = 2026-01-06");
        expect(cases[i].warning, false);
        write_good();
        edit(cases[i].file, cases[i].from, cases[i].to);
        expect(cases[i].warning, true);
    }
}

static void test_lost_address(void **state)
{
    static const char section[] = "    [former.2]\n    url = https://one.example/\n    portal = ";
    char *text, *from;
    struct buffer added = BUFFER_INIT;

    (void)state;
    write_good();
    assert_int_equal(publish(NULL), ERR_NONE);
    expect("was published, and is neither", false);
    edit("regions/RU-AA.ini", "url = https://one.example/\n", "url = https://new.example/\n");
    edit("regions/RU-AA.ini", "replaced_by = https://one.example\n",
         "replaced_by = https://new.example\n");
    text = advise();
    from = strstr(text, section);
    assert_non_null(strstr(text, "[login.schools] url: https://one.example/ was published"));
    assert_non_null(from);
    for (char *line = strtok(from, "\n"); line != NULL && strncmp(line, "    ", 4) == 0;
         line = strtok(NULL, "\n"))
        buffer_printf(&added, "%s\n", line + 4);
    edit("regions/RU-AA.ini", "", buffer_text(&added));
    expect("was published, and is neither", false);
    assert_int_equal(publish(NULL), ERR_NONE);
    buffer_free(&added);
    free(text);
}

static void test_old_evidence(void **state)
{
    static const char warning[] =
        "[login.old] checked: the address is new, but this is older (2018) than the address";

    (void)state;
    write_good();
    assert_int_equal(publish(NULL), ERR_NONE);
    expect(warning, false);
    edit("regions/RU-AA.ini", "http://two.example/", "http://three.example/");
    expect(warning, true);
    edit("regions/RU-AA.ini", "checked = 2018", "checked = 2026-11-26");
    expect(warning, false);
}

static void test_updated(void **state)
{
    (void)state;
    write_good();
    assert_int_equal(publish(NULL), ERR_NONE);
    expect("updated:", false);
    edit("guides/first.md", "Всё.", "Всё и ещё.");
    expect("updated: the text has changed since it was published", true);
    edit("guides/first.md", "updated: 2026-11-21", "updated: 2026-11-20");
    expect("updated: goes backwards: the published text says 2026-11-21", true);
    edit("guides/first.md", "updated: 2026-11-20", "updated: 2026-11-26");
    expect("updated:", false);
}

static void test_nearest(void **state)
{
    static const char *const known[] = {"school", "help", "epos", "moya-shkola"};
    static const struct {
        const char *word, *found;
    } cases[] = {
        {"scool", "school"},
        {"shcool", "school"},
        {"epo", "epos"},
        {"eops", "epos"},
        {"moya-shkolla", "moya-shkola"},
        {"gosuslugi", NULL},
        {"", NULL},
        {"xx", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct nearest nearest;

        nearest_to(&nearest, cases[i].word, strlen(cases[i].word));
        for (size_t k = 0; k < COUNT(known); k++)
            nearest_offer(&nearest, known[k]);
        if (cases[i].found == NULL)
            assert_null(nearest.found);
        else
            assert_string_equal(nearest.found, cases[i].found);
    }
}

static void test_days(void **state)
{
    char day[DAY_SIZE];

    (void)state;
    day_last("2018", day);
    assert_string_equal(day, "2018-12-31");
    day_last("2018-02-03", day);
    assert_string_equal(day, "2018-02-03");
    day_months_before("2026-01-31", 1, day);
    assert_string_equal(day, "2025-12-31");
    day_months_before("2026-11-26", 12, day);
    assert_string_equal(day, "2025-11-26");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_each),    IN_FOLDER(test_lost_address),   IN_FOLDER(test_old_evidence),
        IN_FOLDER(test_updated), cmocka_unit_test(test_nearest), cmocka_unit_test(test_days),
    };

    setenv("VHOD_NOW", NOW, 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
