/*
 * Tests of finding names of portals in Russian text, with the names of data/.
 */
#include "base/buffer.h"
#include "content/content.h"
#include "content/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof table / sizeof((table)[0]))

static struct content content;
static struct names *names;

static int load(void **state)
{
    struct faults *faults = NULL;

    (void)state;
    if (faults_new(&faults) != ERR_NONE || content_read(&content, "data", faults) != ERR_NONE ||
        faults_count(faults) > 0 || names_make(&names, &content) != ERR_NONE)
        return -1;
    faults_free(faults);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    names_free(names);
    content_free(&content);
    return 0;
}

static void note(void *context, const struct source_portal *portal, const char *at, size_t len,
                 int line)
{
    buffer_printf(context, "%s:%d:%.*s;", portal->id, line, (int)len, at);
}

static void test_find(void **state)
{
    static const struct {
        const char *text, *found;
    } cases[] = {
        {"В «Сетевом городе» и Сетевым\nгородом", "setevoy-gorod:1:Сетевом городе;"
                                                  "setevoy-gorod:1:Сетевым\nгородом;"},
        {"Раз.\n\nДва «Сетевого региона. Образование»",
         "setevoy-region:3:Сетевого региона. Образование;"},
        {"Дневник.ру, Дневника.ру, дневник", "dnevnik-ru:1:Дневник.ру;dnevnik-ru:1:Дневника.ру;"},
        {"ЭлЖур, элжуре, ЭПОСом, МЭШ", "eljur:1:ЭлЖур;eljur:1:элжуре;epos:1:ЭПОСом;mesh:1:МЭШ;"},
        {"Московской электронной школы", "mesh:1:Московской электронной школы;"},
        /* the longer name is the one that is meant */
        {"«Госуслуги Моя школа», на Госуслугах", "gosuslugi-moya-shkola:1:Госуслуги Моя школа;"
                                                 "gosuslugi:1:Госуслугах;"},
        {"в «Моей школе»; Мою школу", "moya-shkola:1:Моей школе;moya-shkola:1:Мою школу;"},
        {"БАРС.Образование — Электронная школа", "bars:1:БАРС.Образование — Электронная школа;"},
        {"РИС Ставропольского края", "stavropol-shkola:1:РИС Ставропольского края;"},
        /* words that are nobody's name */
        {"моя школа, своей школе, виртуальная школа, сетевой город", ""},
        {"Электронный дневник, Электронная школа, Образование", ""},
        {"эпоха, барсук, городе", ""},
        /* addresses */
        {"[вход](https://login.dnevnik.ru/netschool), netschool.edu22.info, /guide/epos-link", ""},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buffer found = BUFFER_INIT;

        assert_int_equal(names_find(names, cases[i].text, strlen(cases[i].text), 1, note, &found),
                         ERR_NONE);
        if (strcmp(buffer_text(&found), cases[i].found) != 0)
            fail_msg("%s\n  found    %s\n  expected %s", cases[i].text, buffer_text(&found),
                     cases[i].found);
        buffer_free(&found);
    }
}

/* Only the given bytes are read. */
static void test_length(void **state)
{
    struct buffer found = BUFFER_INIT;

    (void)state;
    assert_int_equal(names_find(names, "ЭПОС МЭШ", strlen("ЭПОС "), 1, note, &found), ERR_NONE);
    assert_string_equal(buffer_text(&found), "epos:1:ЭПОС;");
    buffer_free(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_length),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
