// Looks at the page that is open, as wide as the window is. An expression for `check.py`, which passes the names of the themes to look at.
async (themes) => {
  const faults = new Set();

  // No motion, so that every colour is what it will be; and what is folded away is looked at too.
  document.head.append(Object.assign(document.createElement("style"), {
    textContent: "*, *::before, *::after { transition: none !important; animation: none !important }",
  }));
  document.querySelectorAll("details").forEach((details) => (details.open = true));
  const sheets = [...document.querySelectorAll("link[rel=stylesheet]")];
  // As a reader does it; and the theme is there when its style sheets are.
  const choose = async (theme) => {
    document.querySelector(`#mdbook-theme-${theme}`)?.click();
    while (sheets.some((link) => !link.disabled && !link.sheet)) await new Promise((soon) => setTimeout(soon, 5));
  };

  // A colour in any notation of CSS as red, green, blue (0 to 255) and opacity (0 to 1).
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const seen = new Map();
  const colour = (css) => {
    if (!seen.has(css)) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = css;
      pen.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
      seen.set(css, [r, g, b, a / 255]);
    }
    return seen.get(css);
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((c, i) => c * a + below[i] * (1 - a));

  // https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, two) => {
    const [dark, bright] = [luminance(one), luminance(two)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };

  // What an element is painted on and how faintly, from the page up to itself.
  let places;
  const place = (element) => {
    if (element === null) return { ground: [255, 255, 255], opacity: 1 };
    if (!places.has(element)) {
      const style = getComputedStyle(element);
      const { ground, opacity } = place(element.parentElement);
      places.set(element, { ground: over(colour(style.backgroundColor), ground), opacity: opacity * style.opacity });
    }
    return places.get(element);
  };
  // A word in a diagram may lie on a node, which is drawn before it.
  const under = (word) => {
    const box = word.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    let rgb = place(word).ground;
    for (const shape of word.ownerSVGElement.querySelectorAll("rect, circle, ellipse, polygon")) {
      const at = shape.getBoundingClientRect();
      const covers = at.left < x && x < at.right && at.top < y && y < at.bottom;
      const fill = getComputedStyle(shape).fill;
      if (covers && fill !== "none") rgb = over(colour(fill), rgb);
    }
    return rgb;
  };

  // Neither the page as a whole nor a box that holds all its text may be scrolled sideways; what hangs over a box that does not
  // scroll counts for the one around it.
  const width = document.documentElement.clientWidth;
  for (let e = document.querySelector("main"); e; e = e.parentElement) {
    const holds = e.localName === "html" || getComputedStyle(e).overflowX !== "visible";
    if (holds && e.scrollWidth > e.clientWidth) {
      faults.add(`scrolls sideways: ${e.scrollWidth} px in ${e.clientWidth} (${e.localName})`);
    }
  }

  // All text that is to be seen.
  const name = (element) => element.localName + [...element.classList].map((c) => `.${c}`).join("");
  const texts = [];
  for (const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); walk.nextNode(); ) {
    const words = walk.currentNode.data.trim().replace(/\s+/g, " ").slice(0, 40);
    const element = walk.currentNode.parentElement;
    const range = document.createRange();
    range.selectNodeContents(walk.currentNode);
    const box = range.getBoundingClientRect();
    if (!words || !box.width || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    texts.push([words, element]);
    if (!element.closest("main") || (box.right <= width + 1 && box.left >= 0)) continue;
    // Code and tables may hang over: they are in boxes that scroll.
    let e = element;
    while (e.localName !== "main" && !/auto|scroll/.test(getComputedStyle(e).overflowX)) e = e.parentElement;
    if (e.localName === "main") faults.add(`cut off at the edge: "${words}" (${name(element)})`);
  }

  for (const theme of themes) {
    await choose(theme);
    places = new Map();
    const pairs = new Set();
    for (const [words, element] of texts) {
      const svg = element.ownerSVGElement;
      const { ground, opacity } = place(element);
      const [r, g, b, a] = colour(getComputedStyle(element)[svg ? "fill" : "color"]);
      const below = svg ? under(element) : ground;
      const ratio = contrast(over([r, g, b, a * opacity], below), below);
      const pair = `${name(element)}: ${[r, g, b]} on ${below.map(Math.round)}`;
      if (ratio < 4.5 && !pairs.has(pair)) {
        pairs.add(pair);
        faults.add(`${theme}: contrast ${ratio.toFixed(2)} : 1, "${words}" (${pair})`);
      }
    }
  }

  for (const formula of document.querySelectorAll("math")) {
    const { width, height } = formula.getBoundingClientRect();
    if (!(width > 0 && height > 0)) faults.add(`formula without size: ${formula.textContent.slice(0, 40)}`);
  }
  // A picture further down is loaded when the reader comes near it, unless asked for now.
  await Promise.all([...document.images].map((image) => {
    image.loading = "eager";
    return image.complete || new Promise((done) => (image.onload = image.onerror = done));
  }));
  for (const image of document.images) {
    if (!image.alt.trim()) faults.add(`image without alternative text: ${image.getAttribute("src")}`);
    if (!image.naturalWidth) faults.add(`image that does not show: ${image.getAttribute("src")}`);
  }
  for (const picture of document.querySelectorAll("main svg[role=img]")) {
    const label = picture.getAttribute("aria-label") || picture.querySelector("title")?.textContent;
    if (!label?.trim()) faults.add("diagram without alternative text");
  }

  return {
    faults: [...faults],
    ids: [...document.querySelectorAll("[id]")].map((element) => element.id),
    links: [...document.querySelectorAll("a[href]")].map((link) => link.href),
  };
}
