/*
 * The theme, the bar above, and the start of everything.
 */

function themeSet(theme) {
    if (theme) {
        document.documentElement.dataset.theme = theme;
    } else {
        delete document.documentElement.dataset.theme;
    }
    $("theme").textContent = isDark() ? "Light" : "Dark";
    $("theme").setAttribute("aria-label", "Switch to the "
        + (isDark() ? "light" : "dark") + " theme");
    redraw();
}


function themeInit() {
    let before;

    themeSet(document.documentElement.dataset.theme);
    $("theme").addEventListener("click", () =>
        themeSet(isDark() ? "light" : "dark"));
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener(
        "change", () => themeSet(document.documentElement.dataset.theme));
    /* paper is white */
    window.addEventListener("beforeprint", () => {
        before = document.documentElement.dataset.theme;
        themeSet("light");
    });
    window.addEventListener("afterprint", () => themeSet(before));
}


/* which section is being read, in the bar */
function navInit() {
    const links = [...document.querySelectorAll("nav[aria-label=Sections] a")];
    const mark = soon(() => {
        const here = links.filter((a) => document.querySelector(
            a.getAttribute("href")).getBoundingClientRect().top < 140).pop();

        links.forEach((a) => {
            if (a === here) {
                a.setAttribute("aria-current", "true");
            } else {
                a.removeAttribute("aria-current");
            }
        });
    });

    window.addEventListener("scroll", mark, {passive: true});
    mark();
}


overviewFacts();
overviewNotes();
overviewTiles();
overviewWhere();
overviewLeaders();
timelineInit();
flameInit();
sitesInit();
poolsInit();
proof();
themeInit();
navInit();
window.addEventListener("resize", soon(redraw));
document.documentElement.dataset.ready = "true";
