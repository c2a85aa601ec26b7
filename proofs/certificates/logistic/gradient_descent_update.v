From Derivlab Require Import Certificate.
Open Scope R_scope.

(** gradient-descent update *)
Definition g (d : nat) (theta : nat -> R) (x : nat -> nat -> R) (i : nat) : R :=
  sigma (bsum d (fun j => (theta j) * (x i j))).
Definition J (N d : nat) (y : nat -> R) (g : nat -> R) (lambda : R) (theta : nat -> R) : R :=
  (-1) * (/ (INR N)) * (bsum N (fun i => (1 + (-1) * (y i)) * (ln (1 + (-1) * (g i))) + (ln (g i)) * (y i))) + (1 * / 2) * lambda * (bsum d (fun j => (theta j) ^ 2)).
Theorem gradient_descent_update : forall (N d : nat) (x : nat -> nat -> R) (theta : nat -> R) (y : nat -> R) (lambda : R) (alpha : R) (j : nat),
  (0 < N)%nat ->
  (0 < d)%nat ->
  (j < d)%nat ->
  0 < lambda ->
  0 < alpha ->
  (ex_derive (fun t => J N d y (g d (upd theta j t) x) lambda (upd theta j t)) (theta j)) /\
  (-1) * alpha * (Derive (fun t => J N d y (g d (upd theta j t) x) lambda (upd theta j t)) (theta j)) + theta j =
    (1 + (-1) * alpha * lambda) * (theta j) + (-1) * (/ (INR N)) * alpha * (bsum N (fun i => (g d theta x i + (-1) * (y i)) * (x i j))).
Proof.
  intros N d x theta y lambda alpha j Hsize_N Hsize_d Hin_j H1 H2.
  split; [prove_exists (fun d_ : nat => match d_ with | 0%nat => N | 1%nat => d | _ => 0%nat end)
    (fun (v_ : nat) (l_ : list nat) => match v_, l_ with | 0%nat, [a_; b_] => x a_ b_ | 1%nat, [a_] => theta a_ | 2%nat, [a_] => y a_ | 3%nat, [] => lambda | 4%nat, [] => alpha | _, _ => 0 end)
    ([1; 0; 1]%nat : list nat) ([j; 0; 0]%nat : list nat)
    ([([]%nat, (Ten 3 [])%nat); ([]%nat, (Ten 4 [])%nat)] : list premise)
    1%nat ([0]%nat : list nat)
    (Add (Mul (Mul (Num (-1)) (Inv (Len 0))) (Sum 0 (Add (Mul (Add (Num 1) (Mul (Num (-1)) (Ten 2 [0]))) (Ln (Add (Num 1) (Mul (Num (-1)) (Sgm (Sum 1 (Mul (Ten 1 [0]) (Ten 0 [1; 0])))))))) (Mul (Ln (Sgm (Sum 1 (Mul (Ten 1 [0]) (Ten 0 [1; 0]))))) (Ten 2 [0]))))) (Mul (Mul (Mul (Num 1) (Inv (Num 2))) (Ten 3 [])) (Sum 1 (power (Ten 1 [0]) 2))))%nat |].
  prove_equal
    (fun d_ : nat => match d_ with | 0%nat => N | 1%nat => d | _ => 0%nat end)
    (fun (v_ : nat) (l_ : list nat) => match v_, l_ with | 0%nat, [a_; b_] => x a_ b_ | 1%nat, [a_] => theta a_ | 2%nat, [a_] => y a_ | 3%nat, [] => lambda | 4%nat, [] => alpha | _, _ => 0 end)
    ([1; 0; 1]%nat : list nat) ([j; 0; 0]%nat : list nat)
    ([([]%nat, (Ten 3 [])%nat); ([]%nat, (Ten 4 [])%nat)] : list premise)
    ([] : list equation)
    ([] : list definition)
    (Add (Mul (Mul (Num (-1)) (Ten 4 [])) (Der 1 [0] (Add (Mul (Mul (Num (-1)) (Inv (Len 0))) (Sum 0 (Add (Mul (Add (Num 1) (Mul (Num (-1)) (Ten 2 [0]))) (Ln (Add (Num 1) (Mul (Num (-1)) (Sgm (Sum 1 (Mul (Ten 1 [0]) (Ten 0 [1; 0])))))))) (Mul (Ln (Sgm (Sum 1 (Mul (Ten 1 [0]) (Ten 0 [1; 0]))))) (Ten 2 [0]))))) (Mul (Mul (Mul (Num 1) (Inv (Num 2))) (Ten 3 [])) (Sum 1 (power (Ten 1 [0]) 2)))))) (Ten 1 [0]))%nat
    (Add (Mul (Add (Num 1) (Mul (Mul (Num (-1)) (Ten 4 [])) (Ten 3 []))) (Ten 1 [0])) (Mul (Mul (Mul (Num (-1)) (Inv (Len 0))) (Ten 4 [])) (Sum 0 (Mul (Add (Sgm (Sum 1 (Mul (Ten 1 [0]) (Ten 0 [1; 0])))) (Mul (Num (-1)) (Ten 2 [0]))) (Ten 0 [0; 1])))))%nat.
Qed.
