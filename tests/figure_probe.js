// Every text of every drawing that is seen on this page: too small, out of its figure, or on another text.
(() => {
  const faults = [];
  for (const figure of document.querySelectorAll("figure.chart")) {
    const frame = figure.getBoundingClientRect();
    const title = figure.querySelector(".chart-title").textContent.slice(0, 40);
    const seen = [...figure.querySelectorAll("svg[role=img]")].filter((svg) => svg.getBoundingClientRect().width > 0);
    if (seen.length !== 1) faults.push(`${title}: ${seen.length} drawings are seen`);
    for (const svg of seen) {
      const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
      const texts = [...svg.querySelectorAll("text")].map((node) => [node, node.getBoundingClientRect()]);
      texts.forEach(([node, box], place) => {
        const size = parseFloat(getComputedStyle(node).fontSize) * scale;
        if (size < 10) faults.push(`${title}: ${node.textContent} is ${size.toFixed(1)} px`);
        if (box.left < frame.left - 3 || box.right > frame.right + 3 || box.top < frame.top || box.bottom > frame.bottom)
          faults.push(`${title}: ${node.textContent} leaves the figure`);
        for (const [other, there] of texts.slice(place + 1)) {
          const across = Math.min(box.right, there.right) - Math.max(box.left, there.left);
          const up = Math.min(box.bottom, there.bottom) - Math.max(box.top, there.top);
          if (across > 4 && up > 0.4 * Math.min(box.height, there.height))
            faults.push(`${title}: ${node.textContent} lies on ${other.textContent}`);
        }
      });
    }
  }
  return faults;
})()
