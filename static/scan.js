/* Scanners and ID readers are keyboards: a fast burst that ends in Enter is a scan wherever the focus is, also while
   an input method composes. Its text never stays in a field; it goes where it belongs, or beeps and changes nothing.

   What takes a scan says so: data-scan="case paper slip document code id" on an input (with data-scan-send: and sends its
   form), data-scan-slip="J…" on a form that this very number confirms, data-scan-person on a form with the fields of a person.
   Everything else goes to the search box's address. */
(() => {
  "use strict";
  const GAP = 30, LEAST = 6, MOST = 400, QUIET = 45, AFTER = 400, HELD = 300; // ms, characters, ms, ms, ms
  const one = (what, where = document) => where.querySelector(what);
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const told = (kind, detail) => document.dispatchEvent(new CustomEvent(`desk:${kind}`, { detail }));
  const inEnglish = () => document.documentElement.lang === "en";

  /* ── which character a key is, by its place on the keyboard: an input method hides `key` ── */
  const PLAIN = { Minus: "-", Equal: "=", BracketLeft: "[", BracketRight: "]", Backslash: "\\", Semicolon: ";", Quote: "'", Comma: ",",
    Period: ".", Slash: "/", Backquote: "`", Space: " ", NumpadDecimal: ".", NumpadSubtract: "-", NumpadAdd: "+", NumpadDivide: "/", NumpadMultiply: "*" };
  const SHIFTED = { Minus: "_", Equal: "+", BracketLeft: "{", BracketRight: "}", Backslash: "|", Semicolon: ":", Quote: '"', Comma: "<",
    Period: ">", Slash: "?", Backquote: "~" };
  const DIGITS = ")!@#$%^&*(";
  function character(event) {
    const { code, key, shiftKey } = event;
    if (/^Key[A-Z]$/.test(code)) return shiftKey !== event.getModifierState("CapsLock") ? code[3] : code[3].toLowerCase();
    if (/^Digit\d$/.test(code)) return shiftKey ? DIGITS[code[5]] : code[5];
    if (/^Numpad\d$/.test(code)) return code[6];
    if (code in PLAIN) return (shiftKey && SHIFTED[code]) || PLAIN[code];
    return key && [...key].length === 1 ? key : ""; // characters that a reader puts in whole have no place
  }

  /* ── the burst ── */
  let burst = null, timer = 0, cut = null; // cut: a burst that was taken for ended
  /* A starved computer brings keys late, but with the moment at which they were pressed: wait as much longer as they are late. */
  const patience = (event, least) => least + 2 * Math.min(1000, Math.max(0, performance.now() - event.timeStamp));
  const writes = (field) => field?.matches?.("textarea, input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=file], [type=date], [type=datetime-local])");
  const ended = (event) => event.code === "Enter" || event.code === "NumpadEnter" || (!event.code && event.key === "Enter");

  function begin(event) {
    const field = document.activeElement || document.body;
    burst = { text: "", at: event.timeStamp, field, before: remember(field), fast: 0, over: false, held: [] };
  }
  /* As things are before the first key: the whole form, because a key may tick, choose, and move on. */
  function remember(field) {
    const fields = field.form ? [...field.form.elements] : [field];
    const kept = fields.filter((each) => each.matches?.("input, select, textarea") && each.type !== "file")
      .map((each) => [each, each.matches("[type=checkbox], [type=radio]") ? each.checked : each.value]);
    return { kept, from: writes(field) ? field.selectionStart : null, to: writes(field) ? field.selectionEnd : null };
  }
  function restore({ field, before }) {
    for (const [each, was] of before.kept) {
      const ticks = each.matches("[type=checkbox], [type=radio]");
      if ((ticks ? each.checked : each.value) === was) continue;
      if (ticks) each.checked = was; else each.value = was;
      each.dispatchEvent(new Event("input", { bubbles: true }));
      if (ticks || each.matches("select")) each.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (field.isConnected && field !== document.body) field.focus({ preventScroll: true });
    if (before.from !== null && field.isConnected) field.setSelectionRange?.(before.from, before.to);
  }
  const hold = (event) => { event.preventDefault(); event.stopImmediatePropagation(); };

  let composing = false;
  document.addEventListener("compositionstart", () => { composing = true; }, true);
  document.addEventListener("compositionend", () => { composing = false; }, true);

  addEventListener("keydown", (event) => {
    if (!event.isTrusted) return;
    if (["Shift", "CapsLock", "AltGraph"].includes(event.key) || /^Shift/.test(event.code)) return;
    if (!burst && cut && !event.repeat && event.timeStamp - cut.at <= GAP) { // it went on after all
      burst = cut;
      restore(burst);
    }
    cut = null;
    const fits = burst && event.timeStamp - burst.at <= GAP && !event.repeat;
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) { if (!burst?.over) drop(); return; }
    if (ended(event) || event.code === "Tab") {
      // Readers set the parts of a record apart with Tab or Enter; the last Enter is followed by nothing.
      if (!fits || burst.fast < 1) { if (!burst?.over) drop(); return; }
      hold(event);
      clearTimeout(burst.timer);
      burst.at = event.timeStamp;
      burst.text += event.code === "Tab" ? "\t" : "\n";
      burst.over = true;
      burst.end = event.code === "Tab" ? "Tab" : "Enter";
      clearTimeout(timer);
      timer = setTimeout(finish, patience(event, QUIET));
      return;
    }
    const sign = character(event);
    if (!sign) { if (!burst?.over) drop(); return; }
    if (!fits || burst.text.length > MOST) {
      if (burst?.over) { clearTimeout(timer); finish(); }
      const before = document.activeElement;
      drop();
      begin(event);
      if (document.activeElement !== before) { hold(event); press(event); } // it was meant for where the others have led
    } else {
      if (burst.over) clearTimeout(timer);
      burst.fast += 1;
      burst.over = false;
      // A person who is quick for once loses nothing: only where nothing can be written is a quick key held back.
      if (!writes(burst.field) || burst.text.includes("\t") || burst.text.includes("\n")) { hold(event); burst.held.push(event); }
      clearTimeout(burst.timer);
      if (burst.held.length) burst.timer = setTimeout(replay, patience(event, HELD), burst); // long enough for a scan on a busy computer
    }
    burst.text += sign;
    burst.at = event.timeStamp;
  }, true);

  function finish() {
    const read = burst;
    burst = null;
    if (!read) return;
    const text = read.text.trim();
    if (!understand(text)) cut = read;
    if ([...text].length < LEAST) { resume(read); return; }
    restore(read);
    if (composing) { document.activeElement?.blur(); restore(read); } // an open composition ends here
    keepOut(read);
    arrive(text, read.field);
  }
  /* Two fingers rolled over the keys and no scan followed: what was held back is done after all, in its order. */
  function drop() {
    const read = burst;
    burst = null;
    if (read) replay(read);
  }
  function replay(read) {
    clearTimeout(read.timer);
    if (burst === read) { burst = null; cut = read; } // too long without a key; should one come that was pressed in time, it belongs to these
    read.held.splice(0).forEach(press);
  }
  function press({ key, code, shiftKey }) {
    const field = document.activeElement || document.body;
    const again = new KeyboardEvent("keydown", { key, code, shiftKey, bubbles: true, cancelable: true });
    if (!field.dispatchEvent(again)) return;
    if (writes(field) && key.length === 1) {
      field.setRangeText(key, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (key === " " && field.matches("input[type=checkbox], input[type=radio], button, summary")) field.click();
  }
  /* Quick, but too short for a scan: the held key does what it would have done. */
  function resume(read) {
    const { end } = read, moved = read.held.length > 0;
    replay(read);
    const field = moved ? document.activeElement || document.body : read.field;
    if (end === "Enter") {
      const again = new KeyboardEvent("keydown", { key: "Enter", code: "Enter", bubbles: true, cancelable: true });
      if (!field.dispatchEvent(again)) return;
      if (field.matches("a, button, summary")) field.click();
      else if (field.matches("input")) field.form?.requestSubmit();
    } else {
      const stops = all("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']").filter((each) => !each.disabled && each.offsetParent !== null);
      stops[stops.indexOf(field) + 1]?.focus();
    }
  }
  /* What an input method still had in hand arrives late; it is a part of the scan and goes too. */
  function keepOut(read) {
    const { field } = read;
    if (!writes(field)) return;
    const stop = () => { removeEventListener("keydown", stop, true); field.removeEventListener("compositionend", again); field.removeEventListener("input", late); };
    const again = () => setTimeout(() => { if (kept !== null && field.value !== kept) { field.value = kept; field.dispatchEvent(new Event("input", { bubbles: true })); } });
    const late = (event) => event.isTrusted && again();
    let kept = null;
    setTimeout(() => { kept = field.value; });
    field.addEventListener("compositionend", again);
    field.addEventListener("input", late);
    setTimeout(() => addEventListener("keydown", stop, true));
    setTimeout(stop, AFTER);
  }

  /* ── what it says ── */
  const SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  function checks(number) { // ISO 7064 MOD 37,36
    let sum = 36;
    for (const sign of number.slice(0, -1)) {
      const value = SIGNS.indexOf(sign);
      if (value < 0) return false;
      sum = (sum + value) % 36 || 36;
      sum = (sum * 2) % 37;
    }
    return (sum + SIGNS.indexOf(number.slice(-1))) % 36 === 1;
  }
  const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  function idNumber(text) { // GB 11643
    if (!/^\d{6}(18[89]\d|19\d\d|20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dX]$/.test(text)) return false;
    return "10X98765432"[WEIGHTS.reduce((sum, weight, place) => sum + weight * text[place], 0) % 11] === text[17];
  }
  const DOCUMENT = /^.{2,12}[〔[（(]\d{4}[〕\]）)]\d+号?$/;
  const NAMES = { name: /^姓名$|^name$/i, sex: /^性别$|^sex$|^gender$/i, address: /^(住址|地址|address)$/i, number: /^(公民)?(身份证?号码?|证件号码?|id(no|number|card|num)?)$/i };

  /** {kind, value} or null; kind: case paper slip hand document code id; an id from a reader brings `person`. */
  function understand(raw) {
    const text = raw.normalize("NFC").replace(/^\][A-Za-z]\d/, "").trim(); // ]C1: which symbology, as some scanners say first
    const plain = text.normalize("NFKC").toUpperCase().replace(/\s/g, "");
    const url = /^HTTPS?:\/\/[^/]+\/(?:STATUS|VERIFY|S|V)\/([0-9A-Z-]+)/.exec(plain) || /^HTTPS?:\/\/[^/]+\/(?:STATUS|VERIFY)\?(?:.*&)?CODE=([0-9A-Z-]+)/.exec(plain);
    const code = (url ? url[1] : plain).replace(/-/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
    if (/^[0-9A-HJKMNP-TV-Z]{14}$/.test(code) && checks(code)) return { kind: "code", value: code };
    if (/^\d{20}[0-9A-Z]$/.test(plain)) return checks(plain) ? { kind: "case", value: plain } : null;
    if (/^\d{20}[0-9A-Z]-\d{1,2}$/.test(plain)) return checks(plain.slice(0, 21)) ? { kind: "paper", value: plain } : null;
    if (/^J\d{10}[0-9A-Z]$/.test(plain)) return checks(plain) ? { kind: "slip", value: plain } : null;
    if (/^S\d{10}[0-9A-Z]$/.test(plain)) return checks(plain) ? { kind: "hand", value: plain } : null;
    if (idNumber(plain)) return { kind: "id", value: plain };
    if (DOCUMENT.test(text) && /[\u4e00-\u9fff]/.test(text)) return { kind: "document", value: text };
    const person = record(text);
    return person && { kind: "id", value: person.number, person };
  }

  /* What ID readers type: parts set apart by one sign, parts with labels, JSON, or the fixed places of the card's chip. */
  function record(raw) {
    const text = raw.replace(/\\u([0-9a-f]{4})/gi, (_all, hex) => String.fromCharCode(parseInt(hex, 16)));
    const chip = /^(.{15})([0-9])(\d\d)(\d{8})(.{35})(\d{17}[\dXx])/su.exec(text);
    const found = chip ? { name: chip[1].trim(), sex: chip[2], address: chip[5].trim(), number: chip[6].toUpperCase() } : labelled(text) || parts(text);
    return found && idNumber(found.number || "") && /[\u3400-\u9fff\u{20000}-\u{3ffff}]/u.test(found.name || "") ? found : null;
  }
  function labelled(text) {
    const pairs = [...text.matchAll(/["']?([\p{L}]+)["']?\s*[:：=]\s*["']?([^"'|,，;；\t\n}]+)/gu)];
    const found = {};
    for (const [, label, value] of pairs) for (const [name, fits] of Object.entries(NAMES)) if (fits.test(label)) found[name] ??= value.trim();
    if (found.number) found.number = found.number.toUpperCase();
    return found.number && found.name ? found : null;
  }
  function parts(text) {
    for (const apart of [/\t/, /\n/, /\|/, /\^/, /#/, /;|；/, /,|，/, /\$/, /\s+/]) {
      const given = text.split(apart).map((part) => part.trim()).filter(Boolean);
      const number = given.find((part) => idNumber(part.toUpperCase()))?.toUpperCase();
      if (!number || given.length < 3) continue;
      const written = given.filter((part) => /^[\p{Script=Han}·•．\s]+$/u.test(part) && !/^[男女]性?$/.test(part) && !/族$/.test(part));
      const name = written.find((part) => part.length >= 2 && part.length <= 25 && !/公安局|派出所/.test(part));
      const address = given.find((part) => part !== name && part.length >= 6 && /[省市区县旗州镇乡村路街号组]/.test(part) && !/公安局|派出所/.test(part));
      if (name) return { name, sex: given.find((part) => /^[男女]$/.test(part)), address, number };
    }
    return null;
  }

  /* ── where it goes ── */
  function arrive(raw, field) {
    const found = understand(raw);
    if (!found) { beep(); told("say", { words: inEnglish() ? "The scan was not recognised and nothing changed. Please scan again." : "没有认出这次扫描，页面上什么都没有改。请再扫一次。" }); told("missed", {}); return; }
    told("read", { kind: found.kind });
    if (found.kind === "id" && fillPerson(found, field)) return;
    const confirms = found.kind === "slip" && one(`form[data-scan-slip="${CSS.escape(found.value)}"]`);
    if (confirms) { confirms.requestSubmit(); return; }
    const takes = all(`[data-scan~="${found.kind}"]`).find((each) => each.checkVisibility()); // not inside a closed <details>
    if (takes) { put(takes, found.value); if ("scanSend" in takes.dataset) takes.form.requestSubmit(); else takes.focus(); return; }
    if (unsent()) { beep(); told("say", { words: inEnglish() ? "This page has unsent input. Please send or drop it, then scan." : "本页有还没提交的内容。请先提交或放弃，再扫描。" }); told("missed", {}); return; }
    if (found.kind === "code" && document.documentElement.dataset.home) { told("code", { value: found.value }); return; }
    const box = one("#q");
    if (!box) { beep(); told("missed", {}); return; }
    location.assign(`${box.form.getAttribute("action")}?q=${encodeURIComponent(found.value)}`);
  }
  function put(field, value) {
    if (!field || field.value === value) return;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  /* The card is in the reader: what stands on it is right. Inside the block of an agent or a guardian it is theirs. */
  function fillPerson({ value, person }, field) {
    const form = one("form[data-scan-person]");
    if (!form) return false;
    const block = field.closest?.(".inside"), prefix = /^(agent|guardian)_/.exec(block ? one("input[name$=_id_number]", block)?.name || "" : "")?.[0] || "";
    const at = (name) => form.elements[prefix + name];
    const nameBox = at(prefix ? "name" : "applicant_name"), numberBox = at("id_number");
    if (person) { put(nameBox, person.name); if (!prefix && person.address) put(at("household_address"), person.address); }
    if (!prefix && form.elements.id_type?.value === "none") put(form.elements.id_type, "resident_id");
    put(numberBox, value);
    (nameBox.value ? at("phone") : nameBox)?.focus();
    return true;
  }
  /* Something typed here that nothing keeps yet. */
  const touched = new Set();
  document.addEventListener("input", (event) => event.isTrusted && event.target.form?.method === "post" && !event.target.form.dataset.autosave && touched.add(event.target));
  const unsent = () => [...touched].some((field) => field.isConnected && field.value !== field.defaultValue && field.type !== "password");

  function beep() {
    try {
      const sound = new AudioContext(), tone = sound.createOscillator(), low = sound.createGain();
      tone.type = "square";
      tone.frequency.value = 240;
      low.gain.value = .08;
      tone.connect(low).connect(sound.destination);
      tone.start();
      tone.stop(sound.currentTime + .22);
      tone.onended = () => sound.close();
    } catch { /* a desk without sound still reads the sentence */ }
  }
})();
