// The page around the terminal: which session this window has, and what is said when the connection is gone.
// The terminal itself is textual-serve's textual.js, which connects when the page has loaded.
"use strict";

const ENDED = 4000;
const TAKEN = 4001;
const FULL = 4002;
const RETRY_MS = 2000;

// A window keeps its session through a reload; a new window has one of its own.
function session(fresh) {
  let id = fresh ? null : sessionStorage.getItem("session");
  if (!id) {
    id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    sessionStorage.setItem("session", id);
  }
  return id;
}

function say(text, button, act) {
  document.getElementById("said").textContent = text;
  const again = document.getElementById("again");
  again.textContent = button;
  again.onclick = act;
  document.getElementById("notice").hidden = false;
  again.focus();
}

function startAgain() {
  session(true);
  location.reload();
}

async function reconnect() {
  try {
    const answer = await fetch("/alive", { cache: "no-store" });
    if (answer.ok) {
      location.reload();
      return;
    }
    if (answer.status === 403) {
      say("tui-chat serve was started again. Open the address that it printed.", "Try again", () => location.reload());
      return;
    }
  } catch {
    // Nothing answers yet.
  }
  setTimeout(reconnect, RETRY_MS);
}

function closed(code) {
  if (code === ENDED) {
    document.getElementById("terminal").style.visibility = "hidden";
    say("tui-chat has ended. Your conversations are kept.", "Start again", startAgain);
  } else if (code === TAKEN) {
    say("This session is shown in another window now.", "Show it here", () => location.reload());
  } else if (code === FULL) {
    say("Too many windows are open. Close one of them first.", "Try again", () => location.reload());
  } else {
    say("The connection to tui-chat is gone. Nothing is lost; this page tries to reconnect.", "Try now", () =>
      location.reload(),
    );
    setTimeout(reconnect, RETRY_MS);
  }
}

let leaving = false;
addEventListener("beforeunload", () => {
  leaving = true;
});

const Plain = window.WebSocket;
window.WebSocket = class extends Plain {
  constructor(...given) {
    super(...given);
    this.addEventListener("close", (event) => {
      if (!leaving) {
        closed(event.code);
      }
    });
  }
};

// A link that the app opens comes long enough after the key for some browsers to hold it back.
const open = window.open.bind(window);
window.open = (url, target, ...more) => {
  if (url === undefined) {
    return open();
  }
  if (!/^https?:/i.test(url)) {
    return null;
  }
  const opened = open(url, "_blank", ...more);
  if (opened) {
    opened.opener = null;
  } else {
    say(`The browser held back a link to ${new URL(url).host}.`, "Open it", () => {
      document.getElementById("notice").hidden = true;
      open(url, "_blank", "noopener");
    });
  }
  return opened;
};

addEventListener("DOMContentLoaded", () => {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const terminal = document.getElementById("terminal");
  terminal.dataset.sessionWebsocketUrl = `${scheme}//${location.host}/session/${session(false)}`;
  terminal.addEventListener("click", () => terminal.querySelector("textarea")?.focus());
});
function begun() {
  document.querySelector("#terminal textarea")?.focus();
  // Zooming changes the size of a character only after that of the window: the rows are counted again then.
  new ResizeObserver(() => window.onresize?.()).observe(document.querySelector(".xterm-screen"));
}
addEventListener("load", () => setTimeout(begun, 0));
