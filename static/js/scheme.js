// The form of a scoring scheme: sums while one types, and only the inputs of the chosen kind of item.
//
// Contract (templates/evaluations/schemes/edit.html): <form data-scheme> holds [data-dimension] with [data-marks], [data-sum] and
// [data-item]; an item has [data-kind], [data-item-marks] and inputs [data-own="kind"]. [data-full_marks] is the most, [data-total] tells.

const form = document.querySelector("[data-scheme]");
const hundredths = (input) => Math.round(Number(input?.value.trim() || 0) * 100) || 0;
const plain = (number) => String(number / 100);

function draw() {
  let total = 0;
  for (const dimension of form.querySelectorAll("[data-dimension]")) {
    const marks = dimension.querySelector("[data-marks]");
    const told = dimension.querySelector("[data-sum]");
    if (!marks) continue;
    const sum = [...dimension.querySelectorAll("[data-item-marks]")].reduce((whole, input) => whole + hundredths(input), 0);
    total += sum;
    told.textContent = `各项合计 ${plain(sum)} / ${marks.value.trim() || "未填"}`;
    told.classList.toggle("bad", sum !== hundredths(marks));
  }
  const full = form.querySelector("[data-full_marks]");
  for (const told of document.querySelectorAll("[data-total]")) {
    told.textContent = `合计 ${plain(total)} / ${full?.value.trim() || "未填"}`;
    told.classList.toggle("bad", total !== hundredths(full));
  }
  for (const item of form.querySelectorAll("[data-item]")) {
    const kind = item.querySelector("[data-kind]").value;
    for (const part of item.querySelectorAll("[data-own]")) part.hidden = part.dataset.own !== kind;
  }
}

form.addEventListener("input", draw);
form.addEventListener("change", draw);
draw();
