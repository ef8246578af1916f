// Runs before the first paint, so that theme and language never flash. A file of its own, because the policy forbids inline scripts.
(function () {
  var root = document.documentElement;
  var read = function (key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  var theme = read("dpo.theme");
  var dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.theme = dark ? "dark" : "light";
  document.querySelector('meta[name="theme-color"]').content = dark ? "#12141c" : "#f8f9fb";
  root.lang = (read("dpo.locale") || read("dpo.locale.shown")) === "en" ? "en" : "vi";
})();
